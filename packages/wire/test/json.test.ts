import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const refused = (body: Uint8Array) =>
  expect(() => parseJson(body)).toThrowError(
    expect.objectContaining({ name: 'MeshError', code: 'MALFORMED_REQUEST' }),
  );

describe('JSON from a peer', () => {
  test('reads whatever JSON.stringify writes, up to the depth limit', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parseJson(bytes(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('never throws anything but MALFORMED_REQUEST', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.string().map(bytes)), (body) => {
        try {
          parseJson(body);
        } catch (error) {
          expect(error).toMatchObject({ name: 'MeshError', code: 'MALFORMED_REQUEST' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['a name twice', '{"a":1,"a":1}'],
    ['a name twice, once escaped', String.raw`{"a":1,"\u0061":2}`],
    ['a name twice, below', '{"x":[{"a":1 , "b":2, "a" :3}]}'],
    ['a name with a quote, twice', String.raw`{"\"":1,"\u0022":2}`],
    ['17 levels', '['.repeat(17) + ']'.repeat(17)],
    ['two values', '{} {}'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF{}'],
    ['a comment', '{/**/}'],
    ['NaN', '{"a":NaN}'],
  ])('refuses %s', (_, text) => refused(bytes(text)));

  test('refuses invalid UTF-8', () => refused(Uint8Array.of(0x22, 0xff, 0x22)));

  test('the same name in two objects is fine', () => {
    expect(parseJson(bytes('[{"a":1},{"a":{"a":2}}]'))).toEqual([{ a: 1 }, { a: { a: 2 } }]);
  });

  test('a string that looks like structure is a string', () => {
    const value = { a: '}{[[[[[[[[[[[[[[[[[[[[[[[[', b: String.raw`\"a":`, c: '"a":1' };
    expect(parseJson(bytes(JSON.stringify(value)))).toEqual(value);
  });

  test('the message of a refusal holds nothing of the text', () => {
    try {
      parseJson(bytes('{"secret-canary": oops'));
      expect.unreachable();
    } catch (error) {
      expect(`${error}`).not.toContain('canary');
      expect((error as Error).cause).toBeUndefined();
    }
  });

  /** A quadratic scan would take 400 times as long for 20 times the input. */
  test('work grows with the length of hostile input, not faster', () => {
    const cost = (n: number, make: (n: number) => string) => {
      const body = bytes(make(n));
      const start = performance.now();
      for (let i = 0; i < 5; i++) {
        try {
          parseJson(body);
        } catch {
          // refused, as it should be: what counts is how long that took
        }
      }
      return performance.now() - start;
    };
    const hostile = [
      (n: number) => '['.repeat(n),
      (n: number) => `"${'\\'.repeat(n)}`,
      (n: number) => `{${'"a":"'.repeat(n)}`,
      (n: number) => '"'.repeat(n),
      (n: number) => `{"a"${' '.repeat(n)}`,
    ];
    for (const make of hostile) {
      cost(20_000, make);
      expect(cost(400_000, make)).toBeLessThan(150 * Math.max(1, cost(20_000, make)));
    }
  });
});
