import { centre, modulo } from '../rlwe/ring.ts';
import { MAX_INPUT_BITS } from './he-scheme.ts';
import type { HeScheme } from './he-scheme.ts';

/** Inputs must have at least this many bits. */
const MIN_INPUT_BITS = 12;

/** Outputs stay exact in float64, with room for the rows of a layer to be summed. */
const MAX_PLAINTEXT_BITS = 52;

const DIGIT = 30n;

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

  /** round(q·v/t) = (q·v − r)/t ≡ −r·t^-1 for the centred remainder r of q·v modulo t, as q ≡ 0 in every residue. */
  encode(ring, { scaleBits }, message, values) {
    const { kernels, degree } = ring;
    const modulus = ring.modulus();
    const t = 1n << BigInt(scaleBits);
    ring.scratch(() => {
      const digits = kernels.allocate(2 * degree);
      const remainders = new Int32Array(kernels.words(digits, 2 * degree).buffer, digits, 2 * degree);
      const signed = new Int32Array(remainders.buffer, values, degree);
      for (let i = 0; i < degree; i++) {
        const v = signed[i]!;
        if (v === 0) continue;
        const remainder = centre(modulus * BigInt(v), t);
        const low = modulo(remainder, 1n << DIGIT);
        remainders[i] = Number(low);
        remainders[degree + i] = Number((remainder - low) >> DIGIT);
      }
      const inverse = modulo(-inverseOfPowerOfTwo(scaleBits, modulus), modulus);
      ring.fromDigits(message, digits, [inverse, inverse << DIGIT]);
    });
  },

  decode(_ring, { scaleBits }, phase, modulus) {
    const t = 1n << BigInt(scaleBits);
    const twice = 2n * t * BigInt(phase);
    // round(t·phase / modulus): floor((2·t·phase + modulus) / (2·modulus))
    const rounded = (twice + modulus - modulo(twice + modulus, 2n * modulus)) / (2n * modulus);
    return Number(centre(rounded, t));
  },
};

/** 2^-bits modulo an odd modulus: 2^-1 = (modulus + 1)/2. */
function inverseOfPowerOfTwo(bits: number, modulus: bigint): bigint {
  const half = (modulus + 1n) / 2n;
  let inverse = 1n;
  for (let i = 0; i < bits; i++) inverse = (inverse * half) % modulus;
  return inverse;
}
