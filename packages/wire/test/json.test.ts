import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const refused = (body: Uint8Array, message: string) =>
  expect(() => parseJson(body)).toThrowError(
    expect.objectContaining({ name: 'MeshError', code: 'MALFORMED_REQUEST', message }),
  );

const TWICE = 'a name occurs twice in one object';
const INVALID = 'the body is not valid JSON';
const DEEP = 'the JSON is deeper than 16 levels';
const NAMES = 'an object has more than 256 names';
/** The members "a<from>": 0, … of an object. */
const members = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `"a${from + i}":0`).join();

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
    ['a name twice', '{"a":1,"a":1}', TWICE],
    ['a name twice, once escaped', String.raw`{"a":1,"\u0061":2}`, TWICE],
    ['a name twice, below', '{"x":[{"a":1 , "b":2, "a" :3}]}', TWICE],
    ['a name with a quote, twice', String.raw`{"\"":1,"\u0022":2}`, TWICE],
    ['17 levels', '['.repeat(17) + ']'.repeat(17), DEEP],
    ['17 levels, each behind one that was closed', '[[],'.repeat(16) + '[]' + ']'.repeat(16), DEEP],
    ['257 names', `{${members(0, 257)}}`, NAMES],
    ['257 names, around an object', `{${members(0, 200)},"b":{"c":0},${members(200, 56)}}`, NAMES],
    ['two values', '{} {}', INVALID],
    ['nothing', '', INVALID],
    ['a byte order mark', '\uFEFF{}', INVALID],
    ['a comment', '{/**/}', INVALID],
    ['NaN', '{"a":NaN}', INVALID],
    ['a string without an end', '{"a":"b', INVALID],
    ['a name without an end', '{"a"', INVALID],
  ])('refuses %s', (_, text, message) => refused(bytes(text), message));

  test('refuses invalid UTF-8', () =>
    refused(Uint8Array.of(0x22, 0xff, 0x22), 'the JSON is not valid UTF-8'));

  test.each([
    ['16 levels', '['.repeat(16) + ']'.repeat(16)],
    ['16 levels, after others', '[[],[],'.repeat(15) + '[]' + ']'.repeat(15)],
    ['256 names', `{${members(0, 256)}}`],
    ['256 names in each of two objects', `[{${members(0, 256)}},{${members(0, 256)}}]`],
  ])('reads %s', (_, text) => {
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
  });

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

  test('long strings do not count as structure', () => {
    const value = { payload: 'A'.repeat(1_000_000) };
    expect(parseJson(bytes(JSON.stringify(value)), 100)).toEqual(value);
    expect(() => parseJson(bytes('{"a":[1,2,3]}'), 10)).toThrow(/too much structure/);
    expect(parseJson(bytes('{"a":[1,2,3]}'), 11)).toEqual({ a: [1, 2, 3] });
  });
});
