import { describe, expect, test } from 'vitest';
import { attachFieldKernels, createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { leftMultiplyPacked } from '@sharemesh/kernels/field/packed';
import { implementations, sampleVector } from './support.ts';

/** One or two planes whose weights reach up to `magnitude`. */
const planesOf = (count: number, elements: number, magnitude: number) =>
  Array.from({ length: count }, (_, plane) =>
    Int16Array.from(
      sampleVector(elements, plane + 7),
      (value) => Number(value % BigInt(2 * magnitude + 1)) - magnitude,
    ),
  );

describe.each(implementations)('leftMultiplyPacked, %s', (_, kernels) => {
  test.each([
    ['one row', 1, 1],
    ['an odd row, a short group', 7, 13],
    ['two tiles of columns', 5, 1029],
    ['several chunks of rows', 131, 1100],
    ['no columns', 3, 0],
    ['no rows', 0, 5],
  ])('equals leftMultiply from the planes: %s', (_name, rows, columns) => {
    for (const [planes, magnitude] of [
      [1, 8191],
      [2, 8191],
      // so large that the kernels pack them as planes of their own
      [1, 32767],
      [2, 32767],
    ] as const) {
      const weights = planesOf(planes, rows * columns, magnitude);
      const matrix = kernels.packMatrix(weights, rows, columns);
      const r = sampleVector(rows, 3);
      const expected = kernels.leftMultiply(r, weights, rows, columns);
      expect(leftMultiplyPacked(kernels, r, matrix)).toEqual(expected);
      kernels.releaseMatrix(matrix);
    }
  });

  test('a left vector of another length is refused', () => {
    const matrix = kernels.packMatrix([new Int16Array(6)], 2, 3);
    expect(() => leftMultiplyPacked(kernels, new BigUint64Array(3), matrix)).toThrow(RangeError);
  });
});

test('a matrix packed by other kernels over the same memory, as a thread gets it', async () => {
  const kernels = await createSharedFieldKernels();
  const weights = planesOf(2, 12 * 20, 8191);
  const matrix = structuredClone(kernels.packMatrix(weights, 12, 20));
  const other = await attachFieldKernels(structuredClone(kernels.store));
  const r = sampleVector(12, 4);
  expect(leftMultiplyPacked(other, r, matrix)).toEqual(kernels.leftMultiply(r, weights, 12, 20));
});
