import type { Address } from '@sharemesh/kernels/rlwe';
import type { Ring } from '../ring/ring.ts';
import { weightPosition } from './block-shape.ts';
import type { LayerPlan } from './layer-plan.ts';

/**
 * W in the NTT domain, encoded once, in memory that threads share: for each row block and prime, the column blocks one
 * after the other, n words each.
 */
export type EncodedWeights = Uint32Array;

/**
 * @param planes one or two int16 planes, rows × columns, row-major: W = plane0, or plane0·2^14 + plane1
 */
export function encodeWeights(ring: Ring, plan: LayerPlan, planes: readonly Int16Array[]): EncodedWeights {
  const { kernels, degree, limbs } = ring;
  const { rowBlocks, columnBlocks } = plan.shape;
  const encoded = new Uint32Array(
    new SharedArrayBuffer(4 * rowBlocks * columnBlocks * limbs.length * degree),
  );
  ring.scratch(() => {
    const integers = kernels.allocate(degree);
    const element = ring.allocate();
    for (let row = 0; row < rowBlocks; row++) {
      for (let column = 0; column < columnBlocks; column++) {
        const words = new Int32Array(kernels.words(integers, degree).buffer, integers, degree);
        fillBlock(words, plan, planes, row, column);
        ring.fromDigits(element, integers);
        ring.forward(element);
        limbs.forEach((_, k) => {
          const at = ((row * limbs.length + k) * columnBlocks + column) * degree;
          encoded.set(kernels.words(ring.limb(element, k), degree), at);
        });
      }
    }
  });
  return encoded;
}

/** Copy the column blocks of row block `row` modulo the k-th prime to where the kernels can reach them. */
export function loadWeights(
  { kernels, degree, limbs }: Ring,
  { shape }: LayerPlan,
  encoded: EncodedWeights,
  row: number,
  k: number,
  target: Address,
): void {
  const size = shape.columnBlocks * degree;
  const from = (row * limbs.length + k) * size;
  kernels.words(target, size).set(encoded.subarray(from, from + size));
}

function fillBlock(
  out: Int32Array,
  { shape, layer, weightShift }: LayerPlan,
  [high, low]: readonly Int16Array[],
  row: number,
  column: number,
): void {
  const { blockRows, blockColumns } = shape;
  const rows = Math.min(blockRows, layer.rows - row * blockRows);
  const columns = Math.min(blockColumns, layer.columns - column * blockColumns);
  out.fill(0);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) {
      const at = (row * blockRows + r) * layer.columns + column * blockColumns + j;
      const weight = low ? high![at]! * 16_384 + low[at]! : high![at]!;
      out[weightPosition(shape, r, j)] = Math.round(weight / 2 ** weightShift);
    }
  }
}
