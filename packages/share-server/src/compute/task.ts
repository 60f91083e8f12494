import type { FieldKernels, FieldVector, PackedMatrix } from '@sharemesh/kernels/field';
import { leftMultiplyPacked } from '@sharemesh/kernels/field/packed';
import { expandSeed } from '@sharemesh/shares';
import type { SeedPurpose, ShareBinding } from '@sharemesh/shares';
import type { Operation } from '@sharemesh/wire';

/** A product with one matrix, as plain data that crosses threads. */
export interface MultiplyTask {
  /** Which of the server's matrices. */
  readonly matrix: number;
  /** `product`: X·Wᵀ mod p. `sketch`: rᵀ·W mod p, of a batch of one. */
  readonly operation: Operation;
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

/** A sketch unpacks the weights first: for each of them, it takes as long as this many multiply-adds of a product. */
const SKETCH_COST = 16;

/** Multiply-adds of a task: what decides whether it may run on the event loop. */
export const taskCost = (
  { rows, columns, planes }: PackedMatrix,
  { operation, batch }: Pick<MultiplyTask, 'operation' | 'batch'>,
): number => rows * columns * planes * (operation === 'sketch' ? SKETCH_COST : batch);

/** Expand the share if it came as a seed, then multiply. A product is batch × rows, row-major; a sketch has columns. */
export function multiply(kernels: FieldKernels, matrix: PackedMatrix, task: MultiplyTask): FieldVector {
  const { share, batch, operation } = task;
  const x = share.kind === 'vector' ? share.x : expandSeed(kernels, share.seed, share.binding, share.purpose);
  return operation === 'sketch' ? leftMultiplyPacked(kernels, x, matrix) : kernels.matmul(matrix, x, batch);
}
