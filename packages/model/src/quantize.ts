import { invalidModel } from './invalid-model.ts';

/** Bits of a quantised weight, its sign included: one int16 plane, or two. */
export type WeightBits = 14 | 28;

/** Weight of plane 0 over plane 1 in the two-plane form: Wq = plane0·2^14 + plane1. */
export const PLANE_RADIX = 2 ** 14;

/** Half the radix: plane 1 is balanced in [−2^13, 2^13 − 1]. */
const HALF_RADIX = PLANE_RADIX / 2;

/** The largest |Wq| that `quantizeRows` makes: both planes then stay within ±(2^13 − 1) at the extremes. */
const LARGEST = { 14: HALF_RADIX - 1, 28: (HALF_RADIX - 1) * PLANE_RADIX + HALF_RADIX - 1 } as const;

/** No scale is smaller: the scale and its products with powers of two down to 2^−120 stay normal floats. */
const SMALLEST_SCALE = 2 ** -900;

/** Of a layer without any weight: next to nothing, and within what clients take. */
const SCALE_OF_ZEROS = 2 ** -300;

/** An integer matrix, row-major, with a real scale per row: W ≈ diag(rowScales)·Wq. */
export interface QuantizedMatrix {
  /** One plane at 14 bits, two at 28. */
  readonly planes: readonly Int16Array[];
  /** Finite and positive. A row of zeros has the smallest scale of the layer: what noise there is in it stays as small. */
  readonly rowScales: Float64Array;
}

/**
 * Round each row of a matrix to integers, with a scale that puts the row's largest weight on the largest integer. The error of a weight is at most half its row's scale: a relative 2^−14 or 2^−28 of the row's maximum.
 *
 * @param weights rows × columns, row-major, finite
 * @throws MeshError INVALID_MODEL for a wrong size or a weight that is not finite
 */
export function quantizeRows(
  weights: Float64Array | Float32Array,
  rows: number,
  columns: number,
  bits: WeightBits,
): QuantizedMatrix {
  if (weights.length !== rows * columns) {
    throw invalidModel('weights', `${weights.length} values are not ${rows} × ${columns}`);
  }
  const rowScales = new Float64Array(rows);
  const high = new Int16Array(weights.length);
  const low = bits === 28 ? new Int16Array(weights.length) : undefined;
  for (let i = 0; i < rows; i++) {
    rowScales[i] = rowScale(weights.subarray(i * columns, (i + 1) * columns), LARGEST[bits]);
  }
  const smallest = Math.min(...rowScales.filter((scale) => scale > 0));
  for (let i = 0; i < rows; i++) {
    const row = weights.subarray(i * columns, (i + 1) * columns);
    const scale = (rowScales[i] ||= smallest < Infinity ? smallest : SCALE_OF_ZEROS);
    for (let j = 0; j < columns; j++) {
      const quantized = Math.round(row[j]! / scale);
      if (low === undefined) {
        high[i * columns + j] = quantized;
      } else {
        const upper = Math.floor((quantized + HALF_RADIX) / PLANE_RADIX);
        high[i * columns + j] = upper;
        low[i * columns + j] = quantized - upper * PLANE_RADIX;
      }
    }
  }
  return { planes: low === undefined ? [high] : [high, low], rowScales };
}

/** 0 for a row of zeros. */
function rowScale(row: Float64Array | Float32Array, largest: number): number {
  let max = 0;
  for (let j = 0; j < row.length; j++) {
    const magnitude = Math.abs(row[j]!);
    if (!(magnitude < Infinity)) throw invalidModel('weights', 'a weight is NaN or infinite');
    if (magnitude > max) max = magnitude;
  }
  return max === 0 ? 0 : Math.max(max / largest, SMALLEST_SCALE);
}

/** The rows of a layer whose weights are all zero, in order. */
export function zeroRows(planes: readonly Int16Array[], columns: number): number[] {
  const rows = planes[0]!.length / columns;
  return Array.from({ length: rows }, (_, i) => i).filter((i) =>
    planes.every((plane) => plane.subarray(i * columns, (i + 1) * columns).every((weight) => weight === 0)),
  );
}

/** The real weights that the integers stand for: rows × columns, row-major. */
export function dequantizeRows(
  planes: readonly Int16Array[],
  rowScales: ArrayLike<number>,
  columns: number,
): Float64Array {
  const quantized = integerWeights(planes);
  for (let k = 0; k < quantized.length; k++) quantized[k]! *= rowScales[Math.floor(k / columns)]!;
  return quantized;
}

/** L = max_i Σ_j |Wq_ij|: no output of the layer exceeds L times the largest input. */
export function maxRowSum(planes: readonly Int16Array[], columns: number): number {
  const [high, low] = planes as [Int16Array, Int16Array?];
  let max = 0;
  for (let start = 0; start < high.length; start += columns) {
    let sum = 0;
    // weight by weight: a float64 copy of the matrix would be four times its size
    for (let k = start; k < start + columns; k++) {
      sum += Math.abs(low === undefined ? high[k]! : high[k]! * PLANE_RADIX + low[k]!);
    }
    if (sum > max) max = sum;
  }
  return max;
}

/** Wq itself, exact in float64. */
function integerWeights(planes: readonly Int16Array[]): Float64Array {
  const [high, low] = planes;
  const quantized = new Float64Array(high!);
  if (low !== undefined) {
    for (let k = 0; k < quantized.length; k++) quantized[k] = high![k]! * PLANE_RADIX + low[k]!;
  }
  return quantized;
}

/**
 * Why these planes are not weights of `bits` bits, or undefined when they are: |plane0| ≤ 8191 at 14 bits; at 28 bits
 * |plane0| ≤ 8192, plane1 in [−8192, 8191] and |Wq| < 2^27. The ranges rule out −32768, which the kernels cannot take.
 */
export function planeFault(planes: readonly Int16Array[], bits: WeightBits): string | undefined {
  const [high, low] = planes;
  if (planes.length !== bits / 14) return `${planes.length} planes where ${bits} bits take ${bits / 14}`;
  if (low === undefined) {
    return high!.every((v) => Math.abs(v) < HALF_RADIX) ? undefined : 'a weight is outside ±8191';
  }
  if (!low.every((v) => v >= -HALF_RADIX && v < HALF_RADIX)) return 'plane 1 is outside [−8192, 8191]';
  return high!.every((v, k) => Math.abs(v * PLANE_RADIX + low[k]!) < 2 ** 27)
    ? undefined
    : 'a weight is not below 2^27';
}
