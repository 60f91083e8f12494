import type { PackedMatrix } from '../kernels.ts';
import { splitBase32768 } from '../planes.ts';
import { checkWeights, weightRangeError } from '../validate-matrices.ts';
import type { Instance } from './instance.ts';
import { alignUp } from './memory-views.ts';

/**
 * A matrix in WebAssembly memory. Plain data: it may be posted to a thread that shares the memory.
 *
 * The panels of plane 0 and of plane 1 are one matrix of `planes`·`pairs` pairs of rows; W = plane0·2^shift + plane1.
 */
export interface WasmMatrix extends PackedMatrix {
  readonly memory: WebAssembly.Memory;
  /** Names the memory: a copy of the matrix on another thread has another `memory` object. */
  readonly store: string;
  /** Panels, then one byte per pair: its carry interval in groups. */
  readonly address: number;
  readonly intervals: number;
  /** Pairs of rows in all planes; a last odd row is paired with zeros. */
  readonly pairs: number;
  /** Groups of eight columns; the last is filled up with zeros. */
  readonly groups: number;
  /** How far plane 0 stands above plane 1; 0 for one plane. */
  readonly shift: number;
  /** Too large for a cache: its panels are fetched well ahead. */
  readonly streamed: boolean;
}

const GROUP = 8;
const GROUP_BYTES = GROUP * Int16Array.BYTES_PER_ELEMENT;

/**
 * Panels beyond this are fetched ahead. Below, the processor's own prefetching from a large last-level cache is faster;
 * measured, from 1 to 64 MB.
 */
const CACHED_BYTES = 6 * 1024 * 1024;

/** The kernel reads so far beyond panels in a cache, a line; and beyond others, two blocks of eight pages and a bit. */
const READ_AHEAD = 64;
const STREAMED_READ_AHEAD = 72 * 1024;

const PLANE_SHIFT = 14;

export const groupsOf = (columns: number): number => Math.ceil(columns / GROUP);

/** Lay out planes whose shape is checked. */
export function pack(
  instance: Instance,
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
): WasmMatrix {
  let matrix = tryPack(instance, planes, rows, columns, PLANE_SHIFT);
  if (!matrix) {
    checkWeights(planes);
    matrix = tryPack(instance, splitBase32768(planes), rows, columns, 15)!;
  }
  return { ...matrix, planes: planes.length === 2 ? 2 : 1 };
}

/** Undefined if two weights side by side are too large for a 32-bit sum of products. */
function tryPack(
  { wasm, heap, store }: Instance,
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
  planeShift: number,
): Omit<WasmMatrix, 'planes'> | undefined {
  const groups = groupsOf(columns);
  const planePairs = Math.ceil(rows / 2);
  const pairs = planes.length * planePairs;
  const panelBytes = alignUp(2 * pairs * groups * GROUP_BYTES);
  const streamed = panelBytes > CACHED_BYTES;
  const byteLength = panelBytes + Math.max(pairs, streamed ? STREAMED_READ_AHEAD : READ_AHEAD);
  const rowElements = groups * GROUP;
  const source = heap.scratch(2 * groups * GROUP_BYTES);
  const address = heap.allocate(byteLength);
  const intervals = address + panelBytes;
  const { bytes, int16 } = heap;
  int16.fill(0, source / 2, source / 2 + 2 * rowElements);
  for (const [index, plane] of planes.entries()) {
    for (let i = 0; i < planePairs; i++) {
      const pair = index * planePairs + i;
      const first = plane.subarray(2 * i * columns, (2 * i + 1) * columns);
      const second = plane.subarray((2 * i + 1) * columns, (2 * i + 2) * columns);
      int16.set(first, source / 2);
      if (second.length === columns) int16.set(second, source / 2 + rowElements);
      else int16.fill(0, source / 2 + rowElements, source / 2 + 2 * rowElements);
      const interval = wasm.packPair(source, groups, pair, pairs, address);
      if (interval <= 0) {
        heap.release(address);
        if (interval < 0) throw weightRangeError();
        return undefined;
      }
      bytes[intervals + pair] = interval;
    }
  }
  const shift = planes.length === 2 ? planeShift : 0;
  return {
    rows,
    columns,
    byteLength,
    memory: heap.memory,
    store,
    address,
    intervals,
    pairs,
    groups,
    shift,
    streamed,
  };
}
