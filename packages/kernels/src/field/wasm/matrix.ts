import type { FieldVector } from '../kernels.ts';
import { splitBase32768 } from '../planes.ts';
import { checkWeights } from '../validate-matrices.ts';
import type { Instance } from './instance.ts';
import { alignUp } from './memory-views.ts';
import { groupsOf } from './packed.ts';
import type { WasmMatrix } from './packed.ts';

/** Bytes of a group of eight residues, and of their digits. */
const GROUP_BYTES = 64;

/** Bytes of digit sums of a pair of rows, and of a group of columns. */
const SUMS_BYTES = 128;

/** A chunk of a batch: its digits stay in a second-level cache, and the working space small. */
const CHUNK_BYTES = 512 * 1024;

/** Pairs of rows that a batch passes by before the next: their panels and a tile fit in a first-level cache. */
const BATCH_BLOCK = 8;

/** Rows of weights copied in at a time by `leftMultiply`. */
const LEFT_CHUNK_BYTES = 128 * 1024;

/** Y = X·Wᵀ mod p, a chunk of the batch at a time. Shapes are checked. */
export function matmulInto(
  { wasm, heap }: Instance,
  y: FieldVector,
  matrix: WasmMatrix,
  x: FieldVector,
  batch: number,
): void {
  const { rows, columns, address, intervals, pairs, groups, shift } = matrix;
  const chunk = Math.min(batch, Math.max(1, Math.floor(CHUNK_BYTES / Math.max(1, groups * GROUP_BYTES))));
  const block = chunk > 1 ? BATCH_BLOCK : pairs;
  const streamed = chunk === 1 && matrix.streamed;
  const rowsInside = 2 * pairs;
  const xBytes = chunk * groups * GROUP_BYTES;
  const yBytes = alignUp(chunk * rowsInside * 8);
  const xAt = heap.scratch(xBytes + yBytes + SUMS_BYTES * block);
  const yAt = xAt + xBytes;
  const sumsAt = yAt + yBytes;
  const { words } = heap;
  for (let start = 0; start < batch; start += chunk) {
    const count = Math.min(chunk, batch - start);
    for (let b = 0; b < count; b++) {
      words.set(rowOf(x, start + b, columns), (xAt + b * groups * GROUP_BYTES) / 8);
    }
    wasm.splitGroups(xAt, count * groups);
    wasm.multiplyPanels(address, intervals, pairs, groups, block, xAt, count, yAt, sumsAt, streamed);
    if (shift > 0) wasm.joinPlanes(yAt, rowsInside / 2, count, shift);
    for (let b = 0; b < count; b++) {
      const from = yAt / 8 + b * rowsInside;
      y.set(words.subarray(from, from + rows), (start + b) * rows);
    }
  }
}

/** rᵀ·W mod p. Shapes are checked. */
export function leftMultiply(
  instance: Instance,
  r: FieldVector,
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
): FieldVector {
  const direct = tryLeftMultiply(instance, r, planes, rows, columns, 14);
  if (direct) return direct;
  checkWeights(planes);
  return tryLeftMultiply(instance, r, splitBase32768(planes), rows, columns, 15)!;
}

/** Undefined if a weight is too large for a 32-bit sum of two products. */
function tryLeftMultiply(
  { wasm, heap }: Instance,
  r: FieldVector,
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
  shift: number,
): FieldVector | undefined {
  const groups = groupsOf(columns);
  const pairs = Math.ceil(rows / 2);
  const rowElements = groups * 8;
  const rowBytes = rowElements * 2;
  const chunkPairs = Math.max(1, Math.min(pairs, Math.floor(LEFT_CHUNK_BYTES / Math.max(1, 2 * rowBytes))));

  const rBytes = alignUp(pairs * 16);
  const wBytes = alignUp(chunkPairs * 2 * rowBytes);
  const sumsBytes = groups * SUMS_BYTES;
  const rAt = heap.scratch(rBytes + wBytes + sumsBytes + planes.length * groups * GROUP_BYTES);
  const wAt = rAt + rBytes;
  const sumsAt = wAt + wBytes;
  const outAt = sumsAt + sumsBytes;
  const { bytes, int16, words } = heap;

  words.set(r, rAt / 8);
  if (rows % 2 === 1) words[rAt / 8 + rows] = 0n;
  wasm.splitPairs(rAt, pairs);
  for (const [index, plane] of planes.entries()) {
    bytes.fill(0, wAt, outAt);
    for (let first = 0; first < rows; first += 2 * chunkPairs) {
      const end = Math.min(rows, first + 2 * chunkPairs);
      for (let i = first; i < end; i++) {
        int16.set(rowOf(plane, i, columns), wAt / 2 + (i - first) * rowElements);
      }
      if ((end - first) % 2 === 1) {
        const spare = wAt / 2 + (end - first) * rowElements;
        int16.fill(0, spare, spare + rowElements);
      }
      const chunk = Math.ceil((end - first) / 2);
      if (!wasm.leftAccumulate(rAt + first * 8, wAt, chunk, groups, sumsAt)) return undefined;
    }
    wasm.leftRecombine(sumsAt, groups, outAt + index * groups * GROUP_BYTES);
  }
  if (planes.length === 2) wasm.joinPlanes(outAt, rowElements, 1, shift);
  return words.slice(outAt / 8, outAt / 8 + columns);
}

function rowOf<T extends BigUint64Array | Int16Array>(matrix: T, row: number, columns: number): T {
  return matrix.length === columns ? matrix : (matrix.subarray(row * columns, (row + 1) * columns) as T);
}
