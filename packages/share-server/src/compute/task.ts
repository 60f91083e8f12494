import type { PackedMatrix } from '@sharemesh/kernels/field';
import type { PartyTask } from '@sharemesh/shares/party';

/** A task with the matrix that it is for, as plain data that crosses threads. */
export interface MultiplyTask extends PartyTask {
  /** Which of the server's matrices. */
  readonly matrix: number;
}

/** A sketch unpacks the weights first: for each of them, it takes as long as this many multiply-adds of a product. */
const SKETCH_COST = 16;

/** Multiply-adds of a task: what decides whether it may run on the event loop. */
export const taskCost = (
  { rows, columns, planes }: PackedMatrix,
  { operation, batch }: Pick<PartyTask, 'operation' | 'batch'>,
): number => rows * columns * planes * (operation === 'sketch' ? SKETCH_COST : batch);
