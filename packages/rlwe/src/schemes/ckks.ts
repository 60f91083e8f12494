import { MAX_INPUT_BITS } from './he-scheme.ts';
import type { HeScheme } from './he-scheme.ts';

/** Bits of precision a reply must have, relative to the largest output there can be: by the bits of the weights. */
const PRECISION_BITS = { 14: 17, 28: 21 } as const;

/** Low bits go where that leaves this many bits more. */
const SPARE_BITS = 1;

/** A larger scale would not make a reply more precise. */
const MAX_SCALE_BITS = 60;

/**
 * Approximate arithmetic on reals (Cheon, Kim, Kim, Song, ASIACRYPT 2017), coefficient by coefficient: the plaintext of v
 * is Δ·v, and the noise is part of the answer.
 */
export const ckks: HeScheme = {
  name: 'ckks',
  maxWeightBits: 24,

  suffices: ({ relativeError }, weightBits) => relativeError <= 2 ** -PRECISION_BITS[weightBits],

  satisfies: ({ relativeError }, weightBits) => relativeError <= 2 ** -PRECISION_BITS[weightBits],

  hasToSpare: ({ relativeError }, weightBits) =>
    relativeError <= 2 ** -(PRECISION_BITS[weightBits] + SPARE_BITS),

  fit({ modulusBits, noise, replyModulusBits, replyNoise, rowSum }) {
    // L·(2^inputBits + ½)·Δ + noise < q/2
    const available = Math.floor(Math.log2(2 ** (modulusBits - 1) - noise) - Math.log2(rowSum) - 2 ** -10);
    const inputBits = Math.min(MAX_INPUT_BITS, available);
    if (!(inputBits >= 1)) return undefined;
    const scaleBits = Math.min(MAX_SCALE_BITS, available - inputBits);
    const largest = rowSum * 2 ** (inputBits + scaleBits + replyModulusBits - modulusBits);
    return { inputBits, scaleBits, relativeError: replyNoise / largest };
  },

  encode(ring, { scaleBits }, message, values) {
    ring.fromDigits(message, values, [1n << BigInt(scaleBits)]);
  },

  decode(ring, { scaleBits }, phase, modulus) {
    return (Number(phase) * Number(ring.modulus() / modulus)) / 2 ** scaleBits;
  },
};
