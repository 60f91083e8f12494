import type { Address } from '@sharemesh/kernels/rlwe';
import type { Ring } from '../ring/ring.ts';

/** What a layer leaves of the modulus, from the plan's noise bounds. */
export interface Room {
  /** log2 q. */
  readonly modulusBits: number;
  /** Bound of the noise modulo q, flooding included. */
  readonly noise: number;
  /** log2 of the modulus of the reply. */
  readonly replyModulusBits: number;
  /** Bound of the noise modulo that. */
  readonly replyNoise: number;
  /** Bound of Σ_j |w_ij| over the rows. */
  readonly rowSum: number;
}

/** How integers stand in plaintexts, for one layer. Public, and the same on both sides. */
export interface Encoding {
  /** Inputs are integers of at most 2^inputBits. */
  readonly inputBits: number;
  /** ckks: log2 of the scale Δ. bfv: log2 of the plaintext modulus t. */
  readonly scaleBits: number;
  /** Bound of the error of an output, relative to the largest output there can be; 0 when exact. */
  readonly relativeError: number;
}

/** A way to put integers into RLWE plaintexts, on the same ring, keys and circuits. */
export interface HeScheme {
  readonly name: 'ckks' | 'bfv';
  /** Weights are rounded to this many bits where the model has more; undefined: taken as they are. */
  readonly maxWeightBits?: number;

  /** Is this encoding good enough for its parameter set to be taken? */
  suffices(encoding: Encoding, weightBits: 14 | 28): boolean;

  /** Is it so good that a reply of more primes would be a waste? */
  satisfies(encoding: Encoding, weightBits: 14 | 28): boolean;

  /** Is it so good that a reply may lose low bits for it? */
  hasToSpare(encoding: Encoding, weightBits: 14 | 28): boolean;

  /** The best encoding that is safe in this room, or undefined. */
  fit(room: Room): Encoding | undefined;

  /**
   * Write the plaintext of signed words to `message`, an element in coefficients.
   * @param values n signed words of at most 2^inputBits
   */
  encode(ring: Ring, encoding: Encoding, message: Address, values: Address): void;

  /**
   * The integer output (ckks: a real near it) from c0 + c1·s, centred modulo the reply's modulus.
   * @param modulus of the reply
   */
  decode(ring: Ring, encoding: Encoding, phase: number | bigint, modulus: bigint): number;
}

/** More bits of input than this make no difference: the words stay below 2^31. */
export const MAX_INPUT_BITS = 30;
