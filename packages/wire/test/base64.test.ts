import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../src/index.ts';

describe('base64, RFC 4648', () => {
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('§10 vector %j', (text, encoded) => {
    expect(encodeBase64(new TextEncoder().encode(text))).toBe(encoded);
    expect(new TextDecoder().decode(decodeBase64(encoded))).toBe(text);
  });

  test('round trip, across the chunk size', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
    const large = Uint8Array.from({ length: 100_001 }, (_, i) => i * 31);
    expect(decodeBase64(encodeBase64(large))).toEqual(large);
  });

  test.each([
    'Zg',
    'Zg=',
    'Zh==',
    'Zm9=',
    'Z g=',
    'Zg==\n',
    '\nZm9',
    'Zm9v====',
    '====',
    'Zm-_',
    'Zm9vZm9 ',
    'é   ',
  ])('refuses %j', (text) =>
    expect(() => decodeBase64(text)).toThrowError(
      expect.objectContaining({ name: 'MeshError', code: 'INVALID_PAYLOAD' }),
    ),
  );

  test('one value has one encoding: any accepted text encodes back to itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/= ]{0,12}$/), (text) => {
        let bytes: Uint8Array;
        try {
          bytes = decodeBase64(text);
        } catch {
          return;
        }
        expect(encodeBase64(bytes)).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });
});
