import type { FieldKernels, FieldVector, PackedMatrix } from '@sharemesh/kernels/field';
import { expandSeed } from '@sharemesh/shares';
import type { SeedPurpose, ShareBinding } from '@sharemesh/shares';

/** One product Y = X·Wᵀ mod p, as plain data that crosses threads. */
export interface MultiplyTask {
  /** Which of the server's matrices. */
  readonly matrix: number;
  readonly batch: number;
  readonly share:
    | { readonly kind: 'vector'; readonly x: FieldVector }
    | {
        readonly kind: 'seed';
        readonly seed: Uint8Array;
        readonly binding: ShareBinding;
        readonly purpose: SeedPurpose;
      };
}

/** Multiply-adds of a task: what decides whether it may run on the event loop. */
export const taskCost = ({ rows, columns, planes }: PackedMatrix, batch: number): number =>
  rows * columns * planes * batch;

/** Expand the share if it came as a seed, then multiply. The result is batch × rows, row-major. */
export function multiply(kernels: FieldKernels, matrix: PackedMatrix, task: MultiplyTask): FieldVector {
  const { share, batch } = task;
  const x = share.kind === 'vector' ? share.x : expandSeed(kernels, share.seed, share.binding, share.purpose);
  return kernels.matmul(matrix, x, batch);
}
