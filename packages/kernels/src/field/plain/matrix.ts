import { P } from '../kernels.ts';
import type { FieldVector, PackedMatrix } from '../kernels.ts';
import { foldSums, splitLimbs } from './limbs.ts';

/** A weight below 2^15 times a limb below 2^21, this often, stays below 2^53. */
const MAX_TERMS = 2 ** 16;

/** The plain twin computes from a row-major copy of the planes. */
export class PlainMatrix implements PackedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly planes: 1 | 2;
  readonly byteLength: number;
  readonly weights: readonly Int16Array[];

  constructor(planes: readonly Int16Array[], rows: number, columns: number) {
    this.weights = planes.map((plane) => plane.slice());
    this.rows = rows;
    this.columns = columns;
    this.planes = planes.length === 2 ? 2 : 1;
    this.byteLength = planes.length * rows * columns * Int16Array.BYTES_PER_ELEMENT;
  }
}

/** Y = X·Wᵀ mod p into `y`. */
export function matmulInto(
  y: FieldVector,
  { weights, rows, columns }: PlainMatrix,
  x: FieldVector,
  batch: number,
): void {
  for (let b = 0; b < batch; b++) {
    const { l0, l1, l2 } = splitLimbs(x.subarray(b * columns, (b + 1) * columns));
    for (let i = 0; i < rows; i++) {
      let result = 0n;
      for (const plane of weights) {
        let sum = 0n;
        for (let start = 0; start < columns; start += MAX_TERMS) {
          const end = Math.min(columns, start + MAX_TERMS);
          let [s0, s1, s2] = [0, 0, 0];
          for (let j = start, k = i * columns + start; j < end; j++, k++) {
            const weight = plane[k]!;
            s0 += weight * l0[j]!;
            s1 += weight * l1[j]!;
            s2 += weight * l2[j]!;
          }
          sum += foldSums(s0, s1, s2);
        }
        result = joinPlanes(result, sum);
      }
      y[b * rows + i] = result;
    }
  }
}

/** rᵀ·W mod p. */
export function leftMultiply(
  r: FieldVector,
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
): FieldVector {
  const { l0, l1, l2 } = splitLimbs(r);
  const s = new BigUint64Array(columns);
  const [s0, s1, s2] = [new Float64Array(columns), new Float64Array(columns), new Float64Array(columns)];
  for (const plane of planes) {
    const sums = new BigUint64Array(columns);
    for (let start = 0; start < rows; start += MAX_TERMS) {
      for (const array of [s0, s1, s2]) array.fill(0);
      for (let i = start; i < Math.min(rows, start + MAX_TERMS); i++) {
        const [r0, r1, r2] = [l0[i]!, l1[i]!, l2[i]!];
        for (let j = 0, k = i * columns; j < columns; j++, k++) {
          const weight = plane[k]!;
          s0[j]! += r0 * weight;
          s1[j]! += r1 * weight;
          s2[j]! += r2 * weight;
        }
      }
      for (let j = 0; j < columns; j++) sums[j] = (sums[j]! + foldSums(s0[j]!, s1[j]!, s2[j]!)) % P;
    }
    for (let j = 0; j < columns; j++) s[j] = joinPlanes(s[j]!, sums[j]!);
  }
  return s;
}

/** W = plane0·2^14 + plane1, so its products add up alike. */
function joinPlanes(high: bigint, low: bigint): bigint {
  return ((high << 14n) + low) % P;
}
