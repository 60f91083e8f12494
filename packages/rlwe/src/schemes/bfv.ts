import { modulo } from '../ring/ring.ts';
import { MAX_INPUT_BITS } from './he-scheme.ts';
import type { HeScheme } from './he-scheme.ts';

/** Inputs must have at least this many bits. */
const MIN_INPUT_BITS = 12;

/** Beyond this many, replies are kept small rather than inputs made finer. */
const AMPLE_INPUT_BITS = 18;

/** Enough for 28-bit weights; outputs beyond 2^53 are rounded once, to float64. */
const MAX_PLAINTEXT_BITS = 60;

/**
 * Exact integers modulo t = 2^scaleBits (Fan and Vercauteren, ePrint 2012/144): the plaintext of v is ⌊q/t⌋·v, and the
 * noise is rounded away. The plan keeps outputs below t/2 and the noise below ⌊q/t⌋/2, so that the answer is exact.
 */
export const bfv: HeScheme = {
  name: 'bfv',

  suffices: ({ inputBits }) => inputBits >= MIN_INPUT_BITS,

  satisfies: ({ inputBits }) => inputBits >= AMPLE_INPUT_BITS,

  hasToSpare: ({ inputBits }) => inputBits >= AMPLE_INPUT_BITS,

  fit({ modulusBits, noise, replyModulusBits, replyNoise, rowSum }) {
    const room = Math.min(modulusBits - Math.log2(noise), replyModulusBits - Math.log2(replyNoise));
    const available = Math.min(MAX_PLAINTEXT_BITS, Math.floor(room - 1 - 2 ** -10));
    // L·(2^inputBits + ½) < t/2
    const inputBits = Math.min(MAX_INPUT_BITS, Math.floor(available - 1 - Math.log2(rowSum) - 2 ** -10));
    if (!(inputBits >= 1)) return undefined;
    const scaleBits = Math.ceil(Math.log2(rowSum * (2 ** inputBits + 0.5)) + 1 + 2 ** -10);
    return { inputBits, scaleBits: Math.min(scaleBits, available), relativeError: 0 };
  },

  encode(ring, { scaleBits }, message, values) {
    ring.fromDigits(message, values, [ring.modulus() >> BigInt(scaleBits)]);
  },

  decode(ring, { scaleBits }, phase, modulus) {
    const full = ring.modulus();
    return Number(nearestMultiple(BigInt(phase), modulus, full, full >> BigInt(scaleBits)));
  },
};

/** The y for which y·delta·modulus/full, delta·y switched down to `modulus`, is nearest to `phase`. */
export function nearestMultiple(phase: bigint, modulus: bigint, full: bigint, delta: bigint): bigint {
  const unit = modulus * delta;
  const shifted = 2n * phase * full + unit;
  return (shifted - modulo(shifted, 2n * unit)) / (2n * unit);
}
