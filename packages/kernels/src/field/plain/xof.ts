import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import { P } from '../kernels.ts';
import type { FieldVector } from '../kernels.ts';

const MASK = P;

/** TurboSHAKE128 (RFC 9861). */
export function turboShake128(message: Uint8Array, domain: number, length: number): Uint8Array {
  return turboshake128.create({ D: domain }).update(message).xofInto(new Uint8Array(length));
}

/** `length` uniform elements by rejection from the words of TurboSHAKE128(message, 1). */
export function expandField(message: Uint8Array, length: number): FieldVector {
  const xof = turboshake128.create({ D: 1 }).update(message);
  const out = new BigUint64Array(length);
  let filled = 0;
  while (filled < length) {
    const bytes = new Uint8Array(8 * (length - filled));
    xof.xofInto(bytes);
    filled = acceptWords(new BigUint64Array(bytes.buffer), out, filled);
  }
  return out;
}

/** Mask each word to 61 bits and append it to `out` unless it is p. Returns how much of `out` is then filled. */
export function acceptWords(words: BigUint64Array, out: FieldVector, filled: number): number {
  let next = filled;
  for (const word of words) {
    const candidate = word & MASK;
    if (candidate !== P) out[next++] = candidate;
  }
  return next;
}
