/**
 * Elementary functions whose steps do not depend on the argument.
 *
 * An engine's own functions take shortcuts in some ranges, and on most processors arithmetic with subnormal numbers takes
 * a hundred times as long as with others. Between two requests of a client, both would show a server in which range a
 * layer's values lie, and a server that chooses its replies chooses the values. So there are no branches here, no loops of
 * varying length, no function of the engine but abs, max and min, and no subnormal result for an argument of 0 or of
 * magnitude 2^-1000 to 2^1000.
 */

/** The powers of two with a place in `POWERS`. Those that are multiplied with stay finite, and far from subnormal. */
const LOWEST = -1000;
const HIGHEST = 1021;

/** 2^k for LOWEST ≤ k ≤ HIGHEST; 0 stands for all that are lower, ∞ for all that are higher. */
const POWERS = Float64Array.from({ length: HIGHEST - LOWEST + 3 }, (_, i) => 2 ** (LOWEST - 1 + i));
POWERS.fill(0, 0, 1).fill(Infinity, -1);

const powerOf = (k: number) => POWERS[Math.max(LOWEST - 1, Math.min(HIGHEST + 1, k)) - (LOWEST - 1)]!;

/** To add it and to take it away again rounds to an integer. */
const ROUND = 1.5 * 2 ** 52;

/** ln 2 in two parts. The first has 32 bits, so that its product with k is exact (Cody and Waite, 1980). */
const LN2_HIGH = 0x162e42fee / 2 ** 33;
const LN2_LOW = 1.9082149292705877e-10;

/** (e^r − 1 − r)/r², the highest power first: for |r| ≤ ½·ln 2 what is left out is below 2^-57. */
const EXP_TAIL = Float64Array.from({ length: 12 }, (_, i) => 1 / factorial(13 - i));

function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** Σ coefficients·x^k, the highest power first. */
function horner(coefficients: Float64Array, x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i]!;
  return sum;
}

const clamp = (x: number, limit: number) => Math.max(-limit, Math.min(limit, x));

/** e^x, to an ulp or two; 0 below −693.5, ∞ above 708. */
export function exp(x: number): number {
  const bounded = clamp(x, 2_000);
  const k = bounded * Math.LOG2E + ROUND - ROUND;
  const r = bounded - k * LN2_HIGH - k * LN2_LOW;
  return powerOf(k) * (1 + r * (1 + r * horner(EXP_TAIL, r)));
}

/** 1/(1 + e^−x), with full accuracy in both tails; 0 below −708. */
export const sigmoid = (x: number): number => 1 / (1 + exp(-x));

/** (e^2x − 1)/(e^2x + 1), with the full relative accuracy of small arguments. */
export function tanh(x: number): number {
  const bounded = clamp(2 * x, 80);
  const k = bounded * Math.LOG2E + ROUND - ROUND;
  const r = bounded - k * LN2_HIGH - k * LN2_LOW;
  const power = powerOf(k);
  const expm1 = power * (r * (1 + r * horner(EXP_TAIL, r))) + (power - 1);
  return expm1 / (expm1 + 2);
}

/**
 * x·Φ(x), the exact form of Hendrycks and Gimpel (arXiv:1606.08415): max(x, 0) − |x|·Φ(−|x|). Accurate to a relative 1e-13
 * for x < 0, to 1e-15 above; 0 below −37.
 */
export function gelu(x: number): number {
  const magnitude = Math.min(Math.abs(x), Number.MAX_VALUE);
  // 0 where its square would be subnormal, or larger than all that matters
  const z = Math.min(magnitude, 2 ** 10) + 2 ** -400 - 2 ** -400;
  return Math.max(x, 0) - magnitude * exp(-0.5 * z * z) * (0.5 * erfcx(z * Math.SQRT1_2));
}

/** Chebyshev coefficients of erfcx(z)/t in t = 4/(4 + z) on [4/31, 1], by mpmath 1.3 with 60 digits. */
const ERFCX = Float64Array.of(
  0.43441416378478404,
  0.3755446838202635,
  0.13556218763361838,
  0.04125429395798398,
  0.010557797916071723,
  0.002237989495784346,
  0.000379057610871013,
  4.7012729650758124e-5,
  3.0994385874558255e-6,
  -2.0552011823408002e-7,
  -7.619202764453392e-8,
  -5.618380858959984e-9,
  7.728288525731363e-10,
  1.7561120954661974e-10,
  -1.6920122864733742e-12,
  -3.7512255075576025e-12,
  -1.6697910041742346e-13,
  7.702675047799039e-14,
  6.4808371817581015e-15,
  -1.7000560708732905e-15,
  -1.8679428038088494e-16,
  4.2343645288328394e-17,
  4.844958722455314e-18,
  -1.191749282794803e-18,
);

/** e^(z²)·erfc z for 0 ≤ z ≤ 27; a number near that at 27 beyond. Clenshaw's recurrence. */
function erfcx(z: number): number {
  const t = 4 / (4 + Math.min(z, 27));
  const x = (2 * t - 35 / 31) * (31 / 27);
  let b = 0;
  let after = 0;
  for (let i = ERFCX.length - 1; i > 0; i--) {
    const next = 2 * x * b - after + ERFCX[i]!;
    after = b;
    b = next;
  }
  return t * (x * b - after + ERFCX[0]!);
}
