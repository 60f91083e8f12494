import { MeshError } from '@sharemesh/wire/errors';
import type { FieldVector } from './field.ts';

// Elements are handled as two halves of 32 bits, low half first: an element is below p = 2^61 − 1 exactly when its high
// half is below 2^29 and not all 61 bits are set.
const HIGH_MASK = 0x1fff_ffff;

/**
 * Elements as little-endian u64: the bytes of the wire's `field61` encoding.
 * A view of the vector's own memory, not a copy.
 *
 * @throws MeshError NON_CANONICAL_ELEMENT when an element is p or more
 */
export function fieldToBytes(vector: FieldVector): Uint8Array {
  requireCanonicalVector(vector);
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/**
 * Elements from little-endian u64. Always a copy, so the vector neither depends on the alignment of `bytes` nor
 * changes with them.
 *
 * @throws MeshError INVALID_PAYLOAD when the length is not a multiple of 8; NON_CANONICAL_ELEMENT when a value is p or
 * more.
 */
export function fieldFromBytes(bytes: Uint8Array): FieldVector {
  if (bytes.length % 8 !== 0) {
    throw new MeshError('INVALID_PAYLOAD', `${bytes.length} bytes are not a whole number of 8-byte elements`);
  }
  const vector = new BigUint64Array(bytes.length / 8);
  new Uint8Array(vector.buffer).set(bytes);
  requireCanonicalVector(vector);
  return vector;
}

/** Bytes that `length` elements take when packed: ⌈61·length / 8⌉. */
export function packedByteLength(length: number): number {
  return Math.ceil((61 * length) / 8);
}

/**
 * Elements at 61 bits each, in little-endian bit order, with zero bits up to the next byte: the wire's
 * `field61-packed`, 4.7% smaller than `field61`.
 *
 * @throws MeshError NON_CANONICAL_ELEMENT when an element is p or more: its bits would run into the next one's
 */
export function packField(vector: FieldVector): Uint8Array {
  const halves = halvesOf(vector);
  const words = new Uint32Array(wordsFor(vector.length));
  let word = 0;
  let shift = 0;
  for (let i = 0; i < halves.length; i += 2) {
    const low = halves[i]!;
    const high = halves[i + 1]!;
    requireCanonical(low, high);
    words[word]! |= low << shift;
    words[word + 1]! |= carry(low, shift) | (high << shift);
    words[word + 2]! |= carry(high, shift);
    // 61 bits on: one word and 29 bits.
    shift += 29;
    word += 1 + (shift >> 5);
    shift &= 31;
  }
  return new Uint8Array(words.buffer, 0, packedByteLength(vector.length));
}

/**
 * `length` elements from their packed form, which must be the one `packField` makes: each vector has one encoding.
 *
 * @throws MeshError INVALID_PAYLOAD for another number of bytes or a padding bit that is not zero;
 * NON_CANONICAL_ELEMENT for the value p.
 */
export function unpackField(bytes: Uint8Array, length: number): FieldVector {
  if (bytes.length !== packedByteLength(length)) {
    throw new MeshError('INVALID_PAYLOAD', `${length} packed elements take another number of bytes`);
  }
  const words = new Uint32Array(wordsFor(length));
  new Uint8Array(words.buffer).set(bytes);
  const vector = new BigUint64Array(length);
  const halves = new Uint32Array(vector.buffer);
  let word = 0;
  let shift = 0;
  for (let i = 0; i < halves.length; i += 2) {
    const first = words[word]!;
    const second = words[word + 1]!;
    const third = words[word + 2]!;
    const low = shift === 0 ? first : (first >>> shift) | (second << (32 - shift));
    const high = shift === 0 ? second : (second >>> shift) | (third << (32 - shift));
    halves[i] = low;
    halves[i + 1] = high & HIGH_MASK;
    requireCanonical(halves[i]!, halves[i + 1]!);
    shift += 29;
    word += 1 + (shift >> 5);
    shift &= 31;
  }
  if (words[word]! >>> shift !== 0) throw new MeshError('INVALID_PAYLOAD', 'a padding bit is not zero');
  return vector;
}

/** Words of 32 bits that hold `length` packed elements, with room for the reads and writes past the last one. */
const wordsFor = (length: number) => Math.ceil((61 * length) / 32) + 2;

/** The bits of `half` that a shift to the left pushes into the next word. (JavaScript takes a shift by 32 as by 0.) */
const carry = (half: number, shift: number) => (shift === 0 ? 0 : half >>> (32 - shift));

/** Every element as its low and its high 32 bits. */
const halvesOf = (vector: FieldVector) =>
  new Uint32Array(vector.buffer, vector.byteOffset, 2 * vector.length);

function requireCanonicalVector(vector: FieldVector): void {
  const halves = halvesOf(vector);
  for (let i = 0; i < halves.length; i += 2) requireCanonical(halves[i]!, halves[i + 1]!);
}

function requireCanonical(low: number, high: number): void {
  if (high > HIGH_MASK || (high === HIGH_MASK && low === 0xffff_ffff)) {
    throw new MeshError('NON_CANONICAL_ELEMENT', 'an element is not below 2^61 - 1');
  }
}
