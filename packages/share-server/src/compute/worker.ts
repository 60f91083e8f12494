import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { FieldVector } from '@sharemesh/kernels/field';
import { serveTasks } from '@sharemesh/serving/node';
import { multiply } from './task.ts';
import type { MultiplyTask } from './task.ts';

/** A matrix as the workers get it. */
export interface MatrixSource {
  readonly planes: readonly Int16Array[];
  readonly rows: number;
  readonly columns: number;
}

await serveTasks<readonly MatrixSource[], MultiplyTask, FieldVector>(async (sources) => {
  const kernels = await loadFieldKernels();
  const matrices = sources.map(({ planes, rows, columns }) => kernels.packMatrix(planes, rows, columns));
  return (task) => {
    const y = multiply(kernels, matrices[task.matrix]!, task);
    return { result: y, transfer: [y.buffer as ArrayBuffer] };
  };
});
