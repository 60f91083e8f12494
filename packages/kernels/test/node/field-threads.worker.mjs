import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { attachFieldKernels } = await import('@sharemesh/kernels/field/threads');

// Many rounds, all of which must agree: a neighbour that wrote into this thread's space would show.
const { store, matrix, x, batch, rounds } = workerData;
const kernels = await attachFieldKernels(store);
const first = kernels.matmul(matrix, x, batch);
for (let round = 1; round < rounds; round++) {
  const again = kernels.matmul(matrix, x, batch);
  if (again.some((value, i) => value !== first[i])) throw new Error(`round ${round} differs`);
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window
parentPort.postMessage(first);
