import type { FieldVector, PackedMatrix } from '@sharemesh/kernels/field';
import { attachFieldKernels } from '@sharemesh/kernels/field/threads';
import type { Deeds, MatrixStore } from '@sharemesh/kernels/field/threads';
import { serveTasks } from '@sharemesh/serving/node';
import { computeTask } from '@sharemesh/shares/party';
import type { MultiplyTask } from './task.ts';

/** What a worker starts from: the weights are shared, not copied. */
export interface SharedMatrices {
  readonly store: MatrixStore;
  readonly matrices: readonly PackedMatrix[];
}

await serveTasks<SharedMatrices, MultiplyTask, FieldVector, Deeds>(async ({ store, matrices }, deeds) => {
  const kernels = await attachFieldKernels(store, deeds);
  return (task) => {
    const y = computeTask(kernels, matrices[task.matrix]!, task);
    return { result: y, transfer: [y.buffer as ArrayBuffer] };
  };
});
