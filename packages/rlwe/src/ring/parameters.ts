import { MeshError } from '@sharemesh/wire/errors';

/** May the replies give the weights away? `circuit-private`: no. `public-model`: yes, the weights are public anyway. */
export type Tier = 'circuit-private' | 'public-model';

/** A ring Z_q[X]/(X^n + 1), q the product of the primes. */
export interface RingParameters {
  /** Polynomial modulus degree n, a power of two. */
  readonly degree: number;
  /** NTT primes below 2^30, ≡ 1 (mod 2n). The last is the first that modulus switching drops. */
  readonly moduli: readonly number[];
}

/**
 * Largest log2 q for 128-bit classical security with uniform ternary secrets and errors of standard deviation 3.19:
 * Bossuat et al., "Security Guidelines for Implementing Homomorphic Encryption", ePrint 2024/463. Stricter than table 1 of
 * the Homomorphic Encryption Security Standard of 2018 (27, 54, 109, 218, 438).
 */
export const MAX_MODULUS_BITS: Readonly<Record<number, number>> = {
  1024: 26,
  2048: 53,
  4096: 106,
  8192: 214,
  16384: 430,
  32768: 868,
};

/** Bits that every set stays below the table, so that a later estimate that is a little worse does not break it. */
export const MARGIN_BITS = 1;

/** From the smallest on; a model gets the first that all its layers fit. */
export const PARAMETER_SETS: Readonly<Record<Tier, readonly RingParameters[]>> = {
  'public-model': [
    { degree: 2048, moduli: [134_176_769, 33_550_337] },
    { degree: 4096, moduli: [1_073_692_673, 1_073_668_097] },
    { degree: 4096, moduli: [1_073_692_673, 1_073_668_097, 1_073_651_713] },
    { degree: 8192, moduli: [1_073_692_673, 1_073_643_521, 1_073_479_681, 1_073_430_529] },
  ],
  'circuit-private': [
    { degree: 4096, moduli: [1_073_692_673, 1_073_668_097, 1_073_651_713] },
    { degree: 4096, moduli: [1_073_692_673, 33_538_049, 33_349_633, 33_292_289] },
    { degree: 8192, moduli: [1_073_692_673, 1_073_643_521, 1_073_479_681, 1_073_430_529, 1_073_299_457] },
    {
      degree: 8192,
      moduli: [
        1_073_692_673, 1_073_643_521, 1_073_479_681, 1_073_430_529, 1_073_299_457, 1_073_233_921,
        1_073_184_769,
      ],
    },
  ],
};

/** log2 of the product of the moduli. */
export const modulusBits = (moduli: readonly number[]): number =>
  moduli.reduce((bits, modulus) => bits + Math.log2(modulus), 0);

/** Bits that hold a residue. */
export const residueBits = (modulus: number): number => Math.ceil(Math.log2(modulus));

/**
 * Refuse a ring that is weaker than the table, or that the kernels cannot compute in.
 * @throws MeshError PARAMETER_MISMATCH
 */
export function assertSecure({ degree, moduli }: RingParameters): void {
  const limit = MAX_MODULUS_BITS[degree];
  if (limit === undefined) throw mismatch(`no security level is known for degree ${degree}`);
  if (moduli.length === 0 || modulusBits(moduli) > limit - MARGIN_BITS) {
    throw mismatch(`the modulus must have 1 to ${limit - MARGIN_BITS} bits at degree ${degree}`);
  }
  for (const p of moduli) {
    if (!(p < 2 ** 30) || p % (2 * degree) !== 1 || !isPrime(p)) {
      throw mismatch(`${p} is not a prime below 2^30 that is 1 modulo ${2 * degree}`);
    }
  }
  if (new Set(moduli).size !== moduli.length) throw mismatch('the moduli must differ');
}

function isPrime(p: number): boolean {
  for (let divisor = 3; divisor * divisor <= p; divisor += 2) if (p % divisor === 0) return false;
  return p > 2 && p % 2 === 1;
}

const mismatch = (message: string) => new MeshError('PARAMETER_MISMATCH', message);
