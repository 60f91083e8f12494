import { expect, test } from 'vitest';
import { createPlainFieldKernels } from '@sharemesh/kernels/field/plain';
import { createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { generator, sampleVector } from './support.ts';

// Matrices beyond 2 MB are read ahead of the product: in a memory of their own, which ends where they do, a read too far
// would trap. The twin says what the product is; its own tests hold it against BigInt.

test.each([
  ['as much as is not read ahead', 1024, 1024, 1, 8191],
  ['one pair of rows more', 1026, 1024, 1, 8191],
  ['rows that are no whole tiles, and no whole groups', 71, 30_001, 1, 8191],
  ['two planes', 1030, 1030, 2, 8191],
  ['weights that take a carry after each group', 300, 7_000, 1, 32_765],
  ['small weights, hardly a carry', 2100, 1030, 1, 100],
])('a product of many megabytes: %s', async (_, rows, columns, planes, magnitude) => {
  const random = generator(rows);
  const weights = Array.from({ length: planes }, () =>
    Int16Array.from({ length: rows * columns }, () => Math.round((2 * random() - 1) * magnitude)),
  );
  const x = sampleVector(columns, columns);
  const [plain, wasm] = [createPlainFieldKernels(), await createSharedFieldKernels()];
  const matrix = wasm.packMatrix(weights, rows, columns);
  expect(wasm.matmul(matrix, x, 1)).toEqual(plain.matmul(plain.packMatrix(weights, rows, columns), x, 1));
});
