import { scaleDown, scaleUp } from './exact-rounding.ts';
import { MAX_INPUT_BITS } from './he-scheme.ts';
import type { HeScheme } from './he-scheme.ts';

/** Inputs must have at least this many bits. */
const MIN_INPUT_BITS = 12;

/** Outputs stay exact in float64, with room for the rows of a layer to be summed. */
const MAX_PLAINTEXT_BITS = 52;

/**
 * Exact integers modulo t = 2^scaleBits (Fan and Vercauteren, 2012): the plaintext of v is round(q·v/t), and the noise is
 * rounded away. The answer is exact as long as the noise stays below q/2t, which `fit` ensures beforehand.
 */
export const bfv: HeScheme = {
  name: 'bfv',

  suffices: ({ inputBits }) => inputBits >= MIN_INPUT_BITS,

  fit({ modulusBits, noise, replyModulusBits, replyNoise, rowSum }) {
    const room = Math.min(modulusBits - Math.log2(noise), replyModulusBits - Math.log2(replyNoise));
    const available = Math.min(MAX_PLAINTEXT_BITS, Math.floor(room - 1 - 2 ** -10));
    // L·(2^inputBits + ½) < t/2
    const inputBits = Math.min(MAX_INPUT_BITS, Math.floor(available - 1 - Math.log2(rowSum) - 2 ** -10));
    if (!(inputBits >= 1)) return undefined;
    const scaleBits = Math.ceil(Math.log2(rowSum * (2 ** inputBits + 0.5)) + 1 + 2 ** -10);
    return { inputBits, scaleBits: Math.min(scaleBits, available), relativeError: 0 };
  },

  // each plaintext coefficient is rounded by at most ½
  encodingNoise: (rowSum) => rowSum / 2,

  encode(ring, { scaleBits }, message, values) {
    scaleUp(ring, 1n << BigInt(scaleBits), message, values);
  },

  decode(_ring, { scaleBits }, phase, modulus) {
    return Number(scaleDown(BigInt(phase), modulus, 1n << BigInt(scaleBits)));
  },
};
