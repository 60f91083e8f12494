import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { matmulOracle, sampleVector } from '../field/support.ts';

test('workers compute at once on matrices in one memory', async () => {
  const [rows, columns, batch] = [64, 1000, 4];
  const kernels = await createSharedFieldKernels();
  const plane = Int16Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 16383) - 8191);
  const matrix = kernels.packMatrix([plane], rows, columns);
  const inputs = [1, 2].map((seed) => sampleVector(batch * columns, seed));
  const workers = inputs.map(
    (x) =>
      new Worker(new URL('field-threads.worker.mjs', import.meta.url), {
        workerData: { store: kernels.store, matrix, x, batch, rounds: 20 },
        execArgv: ['--conditions=@sharemesh/source'],
      }),
  );
  const results = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
  for (const [index, x] of inputs.entries()) {
    expect([...(results[index] as BigUint64Array)]).toEqual(matmulOracle([plane], rows, columns, x, batch));
  }
});
