import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boolean,
  count,
  either,
  exactObject,
  list,
  literal,
  object,
  optional,
  real,
  text,
  textUpTo,
} from '../src/guards.ts';
import type { Guard } from '../src/guards.ts';

const takes = (guard: Guard<unknown>, ...values: unknown[]) =>
  expect(values.filter((value) => !guard(value))).toEqual([]);
const refuses = (guard: Guard<unknown>, ...values: unknown[]) =>
  expect(values.filter((value) => guard(value))).toEqual([]);

describe('one value', () => {
  test('literal: the values named, by type and all', () => {
    const guard = literal<string | number>('a', 14);
    takes(guard, 'a', 14);
    refuses(guard, 'b', '14', 15, null, undefined, ['a']);
  });

  test('text: a string that matches', () => {
    const guard = text(/^[0-9]{1,3}$/);
    takes(guard, '0', '123');
    refuses(guard, '', '1234', '1\n', 12, ['12'], null, undefined);
  });

  test('textUpTo: a string within both lengths', () => {
    takes(textUpTo(3), '', 'abc');
    refuses(textUpTo(3), 'abcd', ['a'], 1, null, undefined);
    takes(textUpTo(3, 1), 'a', 'abc');
    refuses(textUpTo(3, 1), '', 'abcd');
  });

  test('count: a safe integer within both bounds', () => {
    takes(count(5), 0, -0, 5);
    refuses(count(5), -1, 6, 0.5, NaN, '1', 1n, null, undefined);
    takes(count(5, 2), 2, 5);
    refuses(count(5, 2), 1, 6);
    takes(count(Infinity), Number.MAX_SAFE_INTEGER);
    refuses(count(Infinity), 2 ** 53, Infinity);
  });

  test('real: a finite double', () => {
    takes(real, 0, -1.5, Number.MAX_VALUE, 5e-324);
    refuses(real, NaN, Infinity, -Infinity, '1', 1n, null, undefined);
  });

  test('boolean: true or false, and nothing like them', () => {
    takes(boolean, true, false);
    refuses(boolean, 0, 1, 'true', null, undefined);
  });

  test('optional: what is absent, or fits', () => {
    takes(optional(boolean), undefined, false);
    refuses(optional(boolean), null, 0);
  });

  test('either: what fits one of them', () => {
    const guard = either<unknown>(boolean, count(5));
    takes(guard, true, 5);
    refuses(guard, 6, 'true', undefined);
    refuses(either(), undefined);
  });
});

describe('list', () => {
  test('every item fits, and so does their number', () => {
    takes(
      list(boolean),
      [],
      [true],
      Array.from({ length: 1_000 }, () => false),
    );
    refuses(list(boolean), [true, 0], [0, true], null, undefined, 'true', { length: 0 });
    takes(list(boolean, 2, 1), [true], [true, false]);
    refuses(list(boolean, 2, 1), [], [true, true, true]);
  });
});

describe('objects', () => {
  const shape = { name: textUpTo(3), size: optional(count(5)) };

  test.each([
    ['object', object(shape)],
    ['exactObject', exactObject(shape)],
  ])('%s: every member fits, and only optional ones are absent', (_, guard) => {
    takes(guard, { name: 'abc' }, { name: 'abc', size: 5 });
    refuses(guard, {}, { size: 5 }, { name: 'abcd' }, { name: 'abc', size: 6 }, { name: 'abc', size: null });
    refuses(guard, null, undefined, 'abc', 7, true);
  });

  test('a list is no object, whatever its members', () => {
    refuses(object({}), []);
    refuses(exactObject({}), []);
    takes(exactObject({}), {});
  });

  test('what is inherited is absent', () => {
    refuses(object({ name: textUpTo(3) }), Object.create({ name: 'abc' }));
    takes(object({ constructor: optional(boolean) }), {});
  });

  test('other members pass an object and fail an exact one', () => {
    const more = { name: 'abc', extra: 1 };
    takes(object(shape), more);
    refuses(exactObject(shape), more);
    refuses(exactObject(shape), JSON.parse('{"name":"abc","__proto__":1}'), { name: 'abc', toString: 1 });
  });
});

test('a guard answers for any JSON, and never throws', () => {
  const guard = exactObject({
    a: list(either<unknown>(count(9), object({ b: real })), 3),
    c: optional(boolean),
  });
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(typeof guard(value)).toBe('boolean');
      const fits = { a: [1, { b: 0.5, other: value }] };
      expect(guard(fits)).toBe(true);
      expect(guard({ ...fits, c: value })).toBe(typeof value === 'boolean');
    }),
  );
});
