import { MeshError } from '@sharemesh/wire/errors';
import { P } from './field.ts';
import { MAX_FRACTION_BITS } from './fixed-point.ts';

export interface OverflowQuestion {
  /** L = max_i Σ_j |W_ij| of the layer's integer matrix, a non-negative safe integer. */
  readonly maxRowSum: number;
  /** max |x| over the whole batch; finite. */
  readonly maxAbs: number;
  /** The coarsest scale the caller accepts, and the finest it wants: integers, 0 ≤ min ≤ max ≤ 60. */
  readonly minFractionBits: number;
  readonly maxFractionBits: number;
}

export interface OverflowCertificate {
  /** Encode the input with this many. */
  readonly fractionBits: number;
  /** No integer output of the layer is larger in magnitude: ⌊L·(2^fractionBits·maxAbs + ½)⌋ < p/2. */
  readonly bound: bigint;
  /** How often the bound could double and still be below p/2; 60 when the bound is 0. */
  readonly headroomBits: number;
}

/**
 * The largest number of fraction bits with which W·x cannot wrap around p:
 *
 *     L·(2^f·maxAbs + ½) < p/2     and     2^f·maxAbs < 2^60
 *
 * An encoded input differs from 2^f·x by at most ½, so the left side bounds every |Σ_j W_ij·x_j|, and a sum below p/2 in
 * magnitude is recovered exactly from its residue. `maxAbs` is taken as the exact rational it is, in BigInt: nothing
 * rounds, so no input is accepted by accident.
 *
 * @throws MeshError INPUT_OUT_OF_RANGE when even `minFractionBits` could overflow; INVALID_INPUT for a question that
 * makes no sense
 */
export function certify(question: OverflowQuestion): OverflowCertificate {
  requireSensible(question);
  const { maxRowSum, maxAbs, minFractionBits, maxFractionBits } = question;
  const rowSum = BigInt(maxRowSum);
  const { mantissa, exponent } = asRational(maxAbs);
  // In floating point, where to begin: 2^f·L·maxAbs < 2^60, and one more in case that rounds. What counts is decided below.
  const estimate = Math.ceil(60 - Math.log2(maxRowSum * maxAbs)) + 1;
  for (
    let fractionBits = Math.min(maxFractionBits, estimate);
    fractionBits >= minFractionBits;
    fractionBits--
  ) {
    // 2^f·maxAbs = numerator / 2^below, exactly.
    const power = exponent + fractionBits;
    const below = BigInt(Math.max(-power, 0));
    const numerator = mantissa << BigInt(Math.max(power, 0));
    // Twice the bound, times 2^below: an integer.
    const twice = rowSum * (2n * numerator + (1n << below));
    if (twice < P << below && numerator < 1n << (60n + below)) {
      const bound = twice >> (below + 1n);
      return { fractionBits, bound, headroomBits: headroom(bound) };
    }
  }
  throw new MeshError(
    'INPUT_OUT_OF_RANGE',
    `the layer's outputs could exceed the field at ${minFractionBits} fraction bits, the fewest allowed`,
  );
}

/**
 * The certificate of inputs within ±1, the mantissas of scaled rows: a public property of the layer, whatever the input.
 * As `certify` for `maxAbs` 1, in a closed form.
 *
 * @param maxRowSum as in OverflowQuestion
 * @throws MeshError INVALID_INPUT
 */
export function certifyUnit(maxRowSum: number): Omit<OverflowCertificate, 'headroomBits'> {
  requireRowSum(maxRowSum);
  let fractionBits = MAX_FRACTION_BITS - 1;
  const twice = () => BigInt(maxRowSum) * ((2n << BigInt(fractionBits)) + 1n);
  while (twice() >= P) fractionBits--;
  return { fractionBits, bound: twice() >> 1n };
}

/** The largest h with bound·2^h < p/2. */
function headroom(bound: bigint): number {
  if (bound === 0n) return 60;
  return 60 - bound.toString(2).length;
}

/** A non-negative double as mantissa·2^exponent, exactly (IEEE 754 binary64). */
function asRational(x: number): { mantissa: bigint; exponent: number } {
  const bits = new BigUint64Array(new Float64Array([x]).buffer)[0]!;
  const fraction = bits & ((1n << 52n) - 1n);
  const biased = Number((bits >> 52n) & 0x7ffn);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function requireSensible(question: OverflowQuestion): void {
  const { maxRowSum, maxAbs, minFractionBits: min, maxFractionBits: max } = question;
  requireRowSum(maxRowSum);
  if (!(maxAbs >= 0 && maxAbs < Infinity)) {
    throw new MeshError('INVALID_INPUT', 'the largest magnitude is a finite number, not negative');
  }
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || min > max || max > MAX_FRACTION_BITS) {
    throw new MeshError(
      'INVALID_INPUT',
      `fraction bits are integers, 0 <= min <= max <= ${MAX_FRACTION_BITS}`,
    );
  }
}

function requireRowSum(maxRowSum: number): void {
  if (!Number.isSafeInteger(maxRowSum) || maxRowSum < 0) {
    throw new MeshError('INVALID_INPUT', 'the maximum row sum is a non-negative safe integer');
  }
}
