import type { FieldKernels, FieldVector, PackedMatrix } from './kernels.ts';
import { PlainMatrix } from './plain/matrix.ts';
import { checkLeftVector } from './validate-matrices.ts';
import type { WasmMatrix } from './wasm/packed.ts';

/** Weights unpacked at a time: a quarter of a megabyte. */
const CHUNK_ELEMENTS = 1 << 17;

/** As in assembly/field/pack.ts: groups of eight columns, in tiles of 128 groups. */
const GROUP = 8;
const TILE_GROUPS = 128;
/** 32-bit words of a group. */
const GROUP_WORDS = 4;

/**
 * rᵀ·W mod p from the packed matrix, a few rows at a time: for who computes it now and then, and would rather not keep
 * the planes in memory as well. `FieldKernels.leftMultiply` is several times faster, from the planes.
 *
 * @param matrix packed by these kernels, or by others over the same memory
 * @param r one canonical element for each row
 * @returns one element for each column
 * @throws {RangeError} unless `r` has one element per row
 */
export function leftMultiplyPacked(kernels: FieldKernels, r: FieldVector, matrix: PackedMatrix): FieldVector {
  const { rows, columns } = matrix;
  checkLeftVector(r, rows);
  const { planes, shift, width, unpackRows } =
    matrix instanceof PlainMatrix ? plainRows(matrix) : wasmRows(matrix as WasmMatrix);
  // whole pairs of rows
  const step = 2 * Math.max(1, Math.floor(CHUNK_ELEMENTS / (2 * Math.max(1, width))));
  const sums = Array.from({ length: planes }, (_, plane) => {
    let sum: FieldVector = new BigUint64Array(width);
    for (let first = 0; first < rows; first += step) {
      const count = Math.min(step, rows - first);
      const weights = unpackRows(plane, first, count);
      sum = kernels.add(sum, kernels.leftMultiply(r.subarray(first, first + count), [weights], count, width));
    }
    return sum;
  });
  const s = planes === 1 ? sums[0]! : kernels.combine(BigUint64Array.of(1n << BigInt(shift), 1n), sums);
  return s.slice(0, columns);
}

/** W as one plane, or as plane0·2^shift + plane1, row by row. */
interface Rows {
  readonly planes: number;
  readonly shift: number;
  /** Columns with those that fill up the last group. */
  readonly width: number;
  /** count × width weights, row-major, from row `first` on, which is even. */
  unpackRows(plane: number, first: number, count: number): Int16Array;
}

const plainRows = ({ weights, columns }: PlainMatrix): Rows => ({
  planes: weights.length,
  shift: 14,
  width: columns,
  unpackRows: (plane, first, count) => weights[plane]!.subarray(first * columns, (first + count) * columns),
});

function wasmRows({ memory, address, rows, pairs, groups, shift }: WasmMatrix): Rows {
  const planePairs = Math.ceil(rows / 2);
  const width = groups * GROUP;
  return {
    planes: rows === 0 ? 1 : pairs / planePairs,
    shift,
    width,
    unpackRows(plane, first, count) {
      // a view for each call: whenever the memory grows, its buffer is replaced
      const packed = new Int32Array(memory.buffer);
      const out = new Int32Array(count * groups * GROUP_WORDS);
      let to = 0;
      for (let i = 0; i < count; i++) {
        const pair = plane * planePairs + Math.floor((first + i) / 2);
        for (let tile = 0; tile < groups; tile += TILE_GROUPS) {
          const tileGroups = Math.min(TILE_GROUPS, groups - tile);
          // a group of the first row of the pair, then one of the second
          let from = address / 4 + (2 * (tile * pairs + pair * tileGroups) + (i % 2)) * GROUP_WORDS;
          for (const end = to + tileGroups * GROUP_WORDS; to < end; from += 2 * GROUP_WORDS) {
            out[to++] = packed[from]!;
            out[to++] = packed[from + 1]!;
            out[to++] = packed[from + 2]!;
            out[to++] = packed[from + 3]!;
          }
        }
      }
      return new Int16Array(out.buffer);
    },
  };
}
