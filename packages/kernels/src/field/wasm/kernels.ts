import type { FieldKernels, FieldVector, PackedMatrix } from '../kernels.ts';
import * as validate from '../validate-matrices.ts';
import { leftMultiply, matmulInto } from './matrix.ts';
import type { Instance } from './instance.ts';
import { pack } from './packed.ts';
import type { WasmMatrix } from './packed.ts';
import { createWasmVectorKernels } from './vector-kernels.ts';

/** The field kernels over a WebAssembly instance. Of all operands, only packed matrices stay in its memory. */
export function createWasmFieldKernels(instance: Instance): FieldKernels {
  const { wasm, heap, store } = instance;

  const multiplyInto = (y: FieldVector, matrix: PackedMatrix, x: FieldVector, batch: number): void => {
    if ((matrix as WasmMatrix).store !== store) throw validate.foreignMatrixError();
    validate.checkMatmul(matrix, y, x, batch);
    matmulInto(instance, y, matrix as WasmMatrix, x, batch);
  };

  return {
    ...createWasmVectorKernels(wasm, heap),
    packMatrix(planes, rows, columns) {
      validate.checkPlaneShape(planes, rows, columns);
      return pack(instance, planes, rows, columns);
    },
    matmul(matrix, x, batch) {
      const y = new BigUint64Array(batch * matrix.rows);
      multiplyInto(y, matrix, x, batch);
      return y;
    },
    matmulInto: multiplyInto,
    releaseMatrix(matrix) {
      if ((matrix as WasmMatrix).store === store) heap.release((matrix as WasmMatrix).address);
    },
    leftMultiply(r, planes, rows, columns) {
      validate.checkPlaneShape(planes, rows, columns);
      validate.checkLeftVector(r, rows);
      return leftMultiply(instance, r, planes, rows, columns);
    },
  };
}
