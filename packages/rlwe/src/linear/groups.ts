import type { BlockShape } from './block-shape.ts';

/** The replies of a batch, in the order they travel: group by group, in each row block by row block. */
export interface ReplyBlock {
  /** First row of the batch in it, and how many. */
  readonly firstInput: number;
  readonly inputs: number;
  /** First row of the matrix in it, and how many. */
  readonly firstRow: number;
  readonly rows: number;
}

/** How many groups of rows a batch takes: rows of a group share their ciphertexts. */
export const groupCount = (shape: BlockShape, batch: number): number => Math.ceil(batch / shape.batchRows);

/** Input ciphertexts of a batch: for each group one per column block. */
export const inputCount = (shape: BlockShape, batch: number): number =>
  groupCount(shape, batch) * shape.columnBlocks;

export function replyBlocks(shape: BlockShape, rows: number, batch: number): ReplyBlock[] {
  const blocks: ReplyBlock[] = [];
  for (let firstInput = 0; firstInput < batch; firstInput += shape.batchRows) {
    for (let firstRow = 0; firstRow < rows; firstRow += shape.blockRows) {
      blocks.push({
        firstInput,
        inputs: Math.min(shape.batchRows, batch - firstInput),
        firstRow,
        rows: Math.min(shape.blockRows, rows - firstRow),
      });
    }
  }
  return blocks;
}
