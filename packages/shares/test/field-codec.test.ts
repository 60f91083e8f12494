import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P, fieldFromBytes, fieldToBytes, packField, packedByteLength, unpackField } from '../src/index.ts';
import { codeOf, vectorOf } from './support.ts';

/** The bytes of a vector as they are, whatever its elements. */
const rawBytes = (vector: BigUint64Array) => new Uint8Array(vector.buffer);

/** The packed form as one large integer, element i at bit 61·i. */
const asInteger = (bytes: Uint8Array) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

describe('field61: little-endian u64', () => {
  test('round trip, at any alignment', () => {
    fc.assert(
      fc.property(vectorOf(0, 12), fc.nat(9), (vector, offset) => {
        const padded = new Uint8Array(offset + vector.byteLength + 3);
        padded.set(fieldToBytes(vector), offset);
        const bytes = padded.subarray(offset, offset + vector.byteLength);
        const read = fieldFromBytes(bytes);
        expect(read).toEqual(vector);
        bytes.fill(0);
        expect(read).toEqual(vector);
      }),
      { numRuns: 500 },
    );
  });

  test('the bytes of a known vector, from a view', () => {
    const whole = BigUint64Array.of(9n, 0x0102_0304_0506_0708n, P - 1n);
    expect(fieldToBytes(whole.subarray(1))).toEqual(
      Uint8Array.from([8, 7, 6, 5, 4, 3, 2, 1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f]),
    );
  });

  test.each([1, 7, 9, 15])('%i bytes are no elements', (length) => {
    expect(codeOf(() => fieldFromBytes(new Uint8Array(length)))).toBe('INVALID_PAYLOAD');
  });

  test.each([P, P + 1n, 1n << 61n, 1n << 63n, (1n << 64n) - 1n])('%i is refused, wherever it is', (value) => {
    for (const at of [0, 1, 2]) {
      const vector = BigUint64Array.of(0n, P - 1n, 1n);
      vector[at] = value;
      expect(codeOf(() => fieldFromBytes(rawBytes(vector)))).toBe('NON_CANONICAL_ELEMENT');
      expect(codeOf(() => fieldToBytes(vector))).toBe('NON_CANONICAL_ELEMENT');
      expect(codeOf(() => packField(vector))).toBe('NON_CANONICAL_ELEMENT');
    }
  });

  test.each([P - 1n, P - (1n << 32n), 0xffff_ffffn, 0x1fff_fffe_ffff_ffffn])('%i is taken', (value) => {
    expect(fieldFromBytes(fieldToBytes(BigUint64Array.of(value)))).toEqual(BigUint64Array.of(value));
  });
});

describe('field61-packed: 61 bits an element', () => {
  test('element i is at bit 61·i, and comes back', () => {
    fc.assert(
      fc.property(vectorOf(0, 40), (vector) => {
        const packed = packField(vector);
        expect(packed.length).toBe(packedByteLength(vector.length));
        expect(asInteger(packed)).toBe(
          vector.reduce((value, element, i) => value | (element << (61n * BigInt(i))), 0n),
        );
        expect(unpackField(packed, vector.length)).toEqual(vector);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [0, 0],
    [1, 8],
    [2, 16],
    [3, 23],
    [8, 61],
    [1_024, 7_808],
  ])('%i elements take %i bytes', (length, bytes) => {
    expect(packedByteLength(length)).toBe(bytes);
  });

  test('every other number of bytes is refused', () => {
    const packed = packField(BigUint64Array.of(1n, 2n, 3n));
    expect(codeOf(() => unpackField(packed.subarray(1), 3))).toBe('INVALID_PAYLOAD');
    expect(codeOf(() => unpackField(Uint8Array.of(...packed, 0), 3))).toBe('INVALID_PAYLOAD');
    expect(codeOf(() => unpackField(packed, 2))).toBe('INVALID_PAYLOAD');
  });

  test('p is refused at every position', () => {
    for (let length = 1; length <= 33; length++) {
      const packed = new Uint8Array(packedByteLength(length));
      for (let bit = 61 * (length - 1); bit < 61 * length; bit++) packed[bit >> 3]! |= 1 << (bit & 7);
      expect(codeOf(() => unpackField(packed, length))).toBe('NON_CANONICAL_ELEMENT');
    }
  });

  test('every padding bit must be zero', () => {
    for (let length = 1; length <= 40; length++) {
      const packed = packField(new BigUint64Array(length).fill(P - 1n));
      for (let bit = 61 * length; bit < 8 * packed.length; bit++) {
        const other = packed.slice();
        other[bit >> 3]! |= 1 << (bit & 7);
        expect(codeOf(() => unpackField(other, length))).toBe('INVALID_PAYLOAD');
      }
    }
  });
});
