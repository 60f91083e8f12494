import type { Address } from '@sharemesh/kernels/rlwe';
import type { Ring } from '../rlwe/ring.ts';
import { weightPosition } from './block-shape.ts';
import type { LayerPlan } from './layer-plan.ts';

/** W in the NTT domain, encoded once: for each row block and prime, the column blocks one after the other. */
export interface EncodedWeights {
  /** Address of the residues modulo the k-th prime of row block `row`, column block 0. */
  address(row: number, k: number): Address;
  /** Bytes from one column block to the next. */
  readonly stride: number;
}

/**
 * @param planes one or two int16 planes, rows × columns, row-major: W = plane0, or plane0·2^14 + plane1
 */
export function encodeWeights(ring: Ring, plan: LayerPlan, planes: readonly Int16Array[]): EncodedWeights {
  const { kernels, degree, limbs } = ring;
  const { shape } = plan;
  const base = ring.kernels.allocate(shape.rowBlocks * limbs.length * shape.columnBlocks * degree);
  const address = (row: number, k: number) =>
    base + 4 * degree * shape.columnBlocks * (row * limbs.length + k);
  ring.scratch(() => {
    const integers = kernels.allocate(degree);
    const element = ring.allocate();
    for (let row = 0; row < shape.rowBlocks; row++) {
      for (let column = 0; column < shape.columnBlocks; column++) {
        fillBlock(
          new Int32Array(kernels.words(integers, degree).buffer, integers, degree),
          plan,
          planes,
          row,
          column,
        );
        ring.fromDigits(element, integers);
        ring.forward(element);
        limbs.forEach((_, k) => {
          const target = address(row, k) + 4 * degree * column;
          kernels.words(target, degree).set(kernels.words(ring.limb(element, k), degree));
        });
      }
    }
  });
  return { address, stride: 4 * degree };
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
