import { expect, test } from 'vitest';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { attachFieldKernels, createDeeds, createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { matmulOracle, sampleVector } from './support.ts';

// A second instance over the same memory is what a worker has, here on the same thread.

const [rows, columns, batch] = [5, 33, 2];
const plane = Int16Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 16383) - 8191);
const x = sampleVector(batch * columns, 1);
const expected = matmulOracle([plane], rows, columns, x, batch);

test('a matrix packed by one is used by all, without a copy', async () => {
  const owner = await createSharedFieldKernels();
  const matrix = owner.packMatrix([plane], rows, columns);
  const workers = await Promise.all([attachFieldKernels(owner.store), attachFieldKernels(owner.store)]);
  // The description crosses threads as plain data.
  const posted = structuredClone(matrix);
  for (const kernels of [owner, ...workers, owner]) {
    expect([...kernels.matmul(posted, x, batch)]).toEqual(expected);
  }
});

test('each works in space of its own: interleaved work of many sizes stays right', async () => {
  const owner = await createSharedFieldKernels();
  const workers = [owner, await attachFieldKernels(owner.store), await attachFieldKernels(owner.store)];
  const matrices = [owner.packMatrix([plane], rows, columns)];
  for (let round = 1; round <= 5; round++) {
    const size = 40 * round;
    const wide = Int16Array.from({ length: rows * size }, (_, i) => (i * 31 * round) % 8191);
    matrices.push(owner.packMatrix([wide], rows, size));
    const input = sampleVector(3 * size, round);
    for (const kernels of workers) {
      expect([...kernels.matmul(matrices.at(-1)!, input, 3)]).toEqual(
        matmulOracle([wide], rows, size, input, 3),
      );
      expect([...kernels.matmul(matrices[0]!, x, batch)]).toEqual(expected);
    }
  }
});

test('input and output may be shared memory', async () => {
  const kernels = await createSharedFieldKernels();
  const matrix = kernels.packMatrix([plane], rows, columns);
  const input = new BigUint64Array(new SharedArrayBuffer(x.byteLength));
  input.set(x);
  const output = new BigUint64Array(new SharedArrayBuffer(8 * batch * rows));
  kernels.matmulInto(output, matrix, input, batch);
  expect([...output]).toEqual(expected);
  expect(kernels.add(input, input).buffer).toBeInstanceOf(ArrayBuffer);
});

test('a matrix of another memory is refused, and not freed', async () => {
  const [here, elsewhere] = [await createSharedFieldKernels(), await createSharedFieldKernels()];
  const matrix = here.packMatrix([plane], rows, columns);
  const privateKernels = await loadFieldKernels({ implementation: 'wasm' });
  for (const stranger of [elsewhere, privateKernels]) {
    expect(() => stranger.matmul(matrix, x, batch)).toThrow(TypeError);
    stranger.releaseMatrix(matrix);
  }
  expect([...here.matmul(matrix, x, batch)]).toEqual(expected);
});

test('released matrices make room for others: memory does not grow', async () => {
  const kernels = await createSharedFieldKernels();
  const big = new Int16Array(256 * 1024).fill(1);
  kernels.releaseMatrix(kernels.packMatrix([big], 256, 1024));
  const before = kernels.store.memory.buffer.byteLength;
  for (let i = 0; i < 10; i++) kernels.releaseMatrix(kernels.packMatrix([big], 256, 1024));
  expect(kernels.store.memory.buffer.byteLength).toBe(before);
});

test('the pages of a thread that has ended go to the one that gets its deeds', async () => {
  const owner = await createSharedFieldKernels();
  const matrix = owner.packMatrix([plane], rows, columns);
  const grow = async (deeds?: ReturnType<typeof createDeeds>) => {
    const before = owner.store.memory.buffer.byteLength;
    const kernels = await attachFieldKernels(owner.store, deeds);
    for (const size of [batch, 400, 4_000]) {
      const input = sampleVector(size * columns, size);
      const expectedHere = size === batch ? matmulOracle([plane], rows, columns, input, size) : undefined;
      const y = kernels.matmul(matrix, input, size);
      if (expectedHere) expect([...y]).toEqual(expectedHere);
    }
    return owner.store.memory.buffer.byteLength - before;
  };
  const deeds = createDeeds();
  const needed = await grow(deeds);
  expect(needed).toBeGreaterThan(0);
  for (let k = 0; k < 5; k++) expect(await grow(deeds)).toBe(0);
  expect(await grow()).toBe(needed);
  expect(await grow(createDeeds())).toBe(needed);
});
