import type { FieldVector } from '../kernels.ts';

/** The high 32-bit word of an element below p is below 2^29. */
export const HIGH_LIMIT = 2 ** 29;
const WORD = 2 ** 32;

/** The 32-bit words of a vector: low word of element i at 2i, high word at 2i + 1. Shares the memory. */
export function words(v: FieldVector): Uint32Array {
  return new Uint32Array(v.buffer, v.byteOffset, 2 * v.length);
}

/** Is every element below p? */
export function isCanonical(v: FieldVector): boolean {
  const w = words(v);
  for (let i = 0; i < w.length; i += 2) {
    const high = w[i + 1]!;
    if (high >= HIGH_LIMIT || (high === HIGH_LIMIT - 1 && w[i] === WORD - 1)) return false;
  }
  return true;
}

/** a + b mod p. */
export function add(a: FieldVector, b: FieldVector): FieldVector {
  const sum = new BigUint64Array(a.length);
  const [x, y, out] = [words(a), words(b), words(sum)];
  for (let i = 0; i < out.length; i += 2) putReduced(out, i, x[i]! + y[i]!, x[i + 1]! + y[i + 1]!);
  return sum;
}

/** a − b mod p, as a + (p − b): p is all ones, so its difference is a complement. */
export function subtract(a: FieldVector, b: FieldVector): FieldVector {
  const difference = new BigUint64Array(a.length);
  const [x, y, out] = [words(a), words(b), words(difference)];
  for (let i = 0; i < out.length; i += 2) {
    putReduced(out, i, x[i]! + (WORD - 1 - y[i]!), x[i + 1]! + (HIGH_LIMIT - 1 - y[i + 1]!));
  }
  return difference;
}

/** Store low + high·2^32 mod p for a value in [0, 2p]: subtracting p is adding 1 and dropping bit 61. */
function putReduced(out: Uint32Array, i: number, low: number, high: number): void {
  if (low >= WORD) {
    low -= WORD;
    high += 1;
  }
  if (high >= HIGH_LIMIT) {
    high -= HIGH_LIMIT;
    low += 1;
    if (low === WORD) {
      low = 0;
      high += 1;
    }
  }
  const isP = high === HIGH_LIMIT - 1 && low === WORD - 1;
  out[i] = isP ? 0 : low;
  out[i + 1] = isP ? 0 : high;
}
