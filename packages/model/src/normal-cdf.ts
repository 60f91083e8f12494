/** Terms of the continued fraction: at z = 2 the rest is below 1e-16 of the value. */
const FRACTION_TERMS = 60;

/** Below this the series for erf is used, above it the continued fraction for erfc. */
const SPLIT = 2;

/**
 * Φ(x), the distribution function of the standard normal: ½·erfc(−x/√2). Accurate to about 1e-15 for x ≥ 0, and to a
 * relative 1e-13 for the small values at x < 0.
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  const tail = z < SPLIT ? 0.5 - 0.5 * erfSeries(z) : 0.5 * erfcFraction(z);
  return x < 0 ? tail : 1 - tail;
}

/** erf z = 2/√π · e^(−z²) · Σ 2ⁿ·z^(2n+1) / (1·3·…·(2n+1)): all terms positive (DLMF 7.6.2). */
function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
}

/** erfc z = e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 3⁄2/(z + …)))), from the last term back (DLMF 7.9.1). */
function erfcFraction(z: number): number {
  let denominator = z;
  for (let k = FRACTION_TERMS; k >= 1; k--) denominator = z + k / 2 / denominator;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * denominator);
}
