/**
 * Noise bounds. Derivations: docs/rlwe.md, "Noise".
 *
 * A sum Σ x_k·w_k of independent, centred x_k with sub-Gaussian variance proxy σ² exceeds t·σ·‖w‖₂ with probability at
 * most 2·exp(−t²/2). Every bound below takes t = TAIL, for 2^-64 a coefficient.
 */
export const TAIL = Math.sqrt(130 * Math.LN2);

/** Variance of the centred binomial distribution of parameter 21, which is its sub-Gaussian proxy too. */
export const ERROR_VARIANCE = 10.5;

/** No error coefficient is larger. */
export const ERROR_MAX = 21;

/** Coefficients of the mask u and of its error f are uniform on [−2^12, 2^12). */
export const MASK_BITS = 13;

/** A reply is within 2^-STATISTICAL_BITS of one that is made from W·x alone, for each row of inputs. */
export const STATISTICAL_BITS = 40;

/** What is known to both sides of the weights in one reply ciphertext. */
export interface WeightNorms {
  /** Bound of Σ|w| over all weights that meet in one ciphertext. */
  readonly sum: number;
  /** Bound of |w|. */
  readonly largest: number;
}

/** A noise term: the bound it exceeds with probability ≤ 2^-64, and the root mean square bound. */
export interface Noise {
  readonly bound: number;
  readonly rms: number;
}

export const NO_NOISE: Noise = { bound: 0, rms: 0 };

/** Of a sum of terms. */
export const plus = (...terms: Noise[]): Noise => ({
  bound: terms.reduce((sum, term) => sum + term.bound, 0),
  rms: Math.sqrt(terms.reduce((sum, term) => sum + term.rms ** 2, 0)),
});

/** Σ_i e_i·w_i for fresh errors e_i: ‖w‖₂² ≤ largest·sum. */
export function productNoise({ sum, largest }: WeightNorms): Noise {
  const rms = Math.sqrt(ERROR_VARIANCE * largest * sum);
  return { bound: Math.min(TAIL * rms, ERROR_MAX * sum), rms };
}

/**
 * u·e + f·s for the mask u, its error f, the key's error e and the secret s. ‖e‖₂² ≤ 1.5·10.5·n holds but for a chance
 * of 2^-80 (Bernstein, n ≥ 4096), ‖s‖₂² ≤ n always; the masks' mean is −½.
 */
export function maskNoise(degree: number): Noise {
  const half = (2 ** MASK_BITS - 1) / 2;
  const variance = 2 ** (2 * MASK_BITS) / 12;
  const keyError = Math.sqrt(1.5 * ERROR_VARIANCE * degree);
  const secret = Math.sqrt(degree);
  const mean = (Math.sqrt(degree) * (keyError + secret)) / 2;
  return {
    bound: TAIL * half * (keyError + secret) + mean,
    rms: Math.sqrt(variance * (keyError ** 2 + secret ** 2) + mean ** 2),
  };
}

/**
 * The least g for which noise uniform on [−2^g, 2^g) hides a term of this root mean square in each of `outputs`
 * coefficients: the distance of a shift by v is |v| / 2^(g+1), and E|v| ≤ rms.
 */
export const floodBits = (noise: Noise, outputs: number): number =>
  Math.ceil(Math.log2(outputs * noise.rms) + STATISTICAL_BITS - 1);

/** Rounding of both halves to multiples of `step` (1: a dropped prime): ρ0 + ρ1·s, |ρ| ≤ step/2, Var(s) = ⅔ its proxy. */
export function roundingNoise(degree: number, step = 1): Noise {
  const rms = Math.sqrt((2 / 3) * degree) * (step / 2);
  return { bound: TAIL * rms + step / 2, rms: rms + step / 2 };
}

/** After division by a dropped modulus. */
export const scaled = ({ bound, rms }: Noise, divisor: number): Noise => ({
  bound: bound / divisor,
  rms: rms / divisor,
});
