import type { FieldVector, PackedMatrix } from './kernels.ts';
import { requireThat } from './validate-vectors.ts';

/** @throws {RangeError} unless there are one or two planes of rows × columns elements */
export function checkPlaneShape(planes: readonly Int16Array[], rows: number, columns: number): void {
  requireThat(
    planes.length === 1 || planes.length === 2,
    () => `a matrix has 1 or 2 planes, not ${planes.length}`,
  );
  requireThat(
    Number.isSafeInteger(rows) && Number.isSafeInteger(columns) && rows >= 0 && columns >= 0,
    () => 'rows and columns must be non-negative integers',
  );
  for (const plane of planes) {
    requireThat(
      plane.length === rows * columns,
      () => `a plane of ${plane.length} elements is not ${rows} × ${columns}`,
    );
  }
}

/** What a weight of −32768 gets: it has no opposite in an int16, and so two of its products no 32-bit sum. */
export function weightRangeError(): RangeError {
  return new RangeError('a weight is −32768');
}

/** @throws {RangeError} if a weight is −32768 */
export function checkWeights(planes: readonly Int16Array[]): void {
  if (planes.some((plane) => plane.includes(-32768))) throw weightRangeError();
}

/** @throws {RangeError} unless `x` is batch × columns and `y` batch × rows */
export function checkMatmul(
  { rows, columns }: PackedMatrix,
  y: FieldVector,
  x: FieldVector,
  batch: number,
): void {
  requireThat(
    Number.isSafeInteger(batch) && batch >= 0 && x.length === batch * columns,
    () => `an input of ${x.length} elements is not ${batch} × ${columns}`,
  );
  requireThat(y.length === batch * rows, () => `an output of ${y.length} elements is not ${batch} × ${rows}`);
}

/** @throws {RangeError} unless `r` has one element per row */
export function checkLeftVector(r: FieldVector, rows: number): void {
  requireThat(r.length === rows, () => `a left vector of ${r.length} elements does not match ${rows} rows`);
}

/** What `matmul` throws for a matrix packed by other kernels, or in a memory it does not share. */
export function foreignMatrixError(): TypeError {
  return new TypeError('the matrix was packed by other kernels');
}
