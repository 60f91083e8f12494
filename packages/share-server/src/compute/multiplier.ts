import type { FieldKernels, FieldVector, PackedMatrix } from '@sharemesh/kernels/field';
import { computeTask } from '@sharemesh/shares/party';
import type { MultiplyTask } from './task.ts';

/** Where the larger products are computed. */
export interface Multiplier {
  /** Products under way at once. */
  readonly concurrency: number;
  /** A matrix for products on this thread. */
  matrix(index: number): PackedMatrix;
  /** A fresh batch × rows vector. Rejects when `signal` aborts. */
  multiply(task: MultiplyTask, signal: AbortSignal): Promise<FieldVector>;
  close(): Promise<void>;
}

/** Everything on this thread: for tests, and for hosts without threads. */
export function localMultiplier(kernels: FieldKernels, matrices: readonly PackedMatrix[]): Multiplier {
  return {
    concurrency: 1,
    matrix: (index) => matrices[index]!,
    multiply: async (task) => computeTask(kernels, matrices[task.matrix]!, task),
    close: async () => undefined,
  };
}
