import type { FieldVector } from '../kernels.ts';
import { ENCODE_LIMIT, encodeRangeError } from '../validate-vectors.ts';
import { HIGH_LIMIT, words } from './words.ts';

const WORD = 2 ** 32;

/** Adding and taking away 1.5·2^52 rounds a double below 2^51 to an integer, ties to even. */
const MAGIC = 1.5 * 2 ** 52;

/** round-half-even(x·2^fractionBits) mod p. */
export function encodeFixed(x: Float64Array, fractionBits: number): FieldVector {
  const scale = 2 ** fractionBits;
  const v = new BigUint64Array(x.length);
  const w = words(v);
  for (let i = 0; i < x.length; i++) {
    const scaled = x[i]! * scale;
    const magnitude = Math.abs(scaled);
    if (!(magnitude < ENCODE_LIMIT)) throw encodeRangeError(fractionBits);
    const rounded = roundHalfEven(magnitude);
    const high = Math.floor(rounded / WORD);
    const low = rounded - high * WORD;
    // A negative value n is p − |n|, the complement within 61 bits; zero stays zero.
    const negative = scaled < 0 && rounded !== 0;
    w[2 * i] = negative ? WORD - 1 - low : low;
    w[2 * i + 1] = negative ? HIGH_LIMIT - 1 - high : high;
  }
  return v;
}

function roundHalfEven(magnitude: number): number {
  if (magnitude < 2 ** 51) return magnitude + MAGIC - MAGIC;
  const down = Math.floor(magnitude);
  // Between 2^51 and 2^52 the one fraction a double has is a half; from there on it has none.
  return magnitude === down ? down : down + (down % 2);
}

/** out[b·n + i] = centre(y[b·n + i])·scales[i]. */
export function decodeFixed(y: FieldVector, scales: Float64Array): Float64Array {
  const w = words(y);
  const out = new Float64Array(y.length);
  for (let i = 0, column = 0; i < out.length; i++, column++) {
    if (column === scales.length) column = 0;
    const low = w[2 * i]!;
    const high = w[2 * i + 1]!;
    const centred =
      high < HIGH_LIMIT / 2 ? high * WORD + low : -((HIGH_LIMIT - 1 - high) * WORD + (WORD - 1 - low));
    out[i] = centred * scales[column]!;
  }
  return out;
}
