import type { FieldKernels, FieldVector, PackedMatrix } from './kernels.ts';
import { decodeFixed, encodeFixed } from './plain/fixed-point.ts';
import { combine, dot } from './plain/limbs.ts';
import { leftMultiply, matmulInto, PlainMatrix } from './plain/matrix.ts';
import { add, isCanonical, subtract } from './plain/words.ts';
import { expandField, turboShake128 } from './plain/xof.ts';
import * as validateMatrices from './validate-matrices.ts';
import * as validate from './validate-vectors.ts';

/**
 * The field kernels in plain TypeScript: for places where WebAssembly is not allowed, and the twin that the
 * differential tests hold the WebAssembly against. Exact; some twenty times slower on matrices.
 */
export function createPlainFieldKernels(): FieldKernels {
  const multiplyInto = (y: FieldVector, matrix: PackedMatrix, x: FieldVector, batch: number): void => {
    if (!(matrix instanceof PlainMatrix)) throw validateMatrices.foreignMatrixError();
    validateMatrices.checkMatmul(matrix, y, x, batch);
    matmulInto(y, matrix, x, batch);
  };
  return {
    implementation: 'plain',
    encodeFixed(x, fractionBits) {
      validate.checkFractionBits(fractionBits);
      return encodeFixed(x, fractionBits);
    },
    decodeFixed(y, scales) {
      validate.checkDecode(y, scales);
      return decodeFixed(y, scales);
    },
    turboShake128(message, domain, length) {
      validate.checkXof(domain, length);
      return turboShake128(message, domain, length);
    },
    expandField(message, length) {
      validate.checkXof(1, length);
      return expandField(message, length);
    },
    add(a, b) {
      validate.checkSameLength(a, b);
      return add(a, b);
    },
    subtract(a, b) {
      validate.checkSameLength(a, b);
      return subtract(a, b);
    },
    combine(coefficients, vectors) {
      validate.checkCombination(coefficients, vectors);
      return combine(coefficients, vectors);
    },
    dot(a, b) {
      validate.checkSameLength(a, b);
      return dot(a, b);
    },
    isCanonical,
    packMatrix(planes, rows, columns) {
      validateMatrices.checkPlaneShape(planes, rows, columns);
      validateMatrices.checkWeights(planes);
      return new PlainMatrix(planes, rows, columns);
    },
    matmul(matrix, x, batch) {
      const y = new BigUint64Array(batch * matrix.rows);
      multiplyInto(y, matrix, x, batch);
      return y;
    },
    matmulInto: multiplyInto,
    releaseMatrix() {},
    leftMultiply(r, planes, rows, columns) {
      validateMatrices.checkPlaneShape(planes, rows, columns);
      validateMatrices.checkLeftVector(r, rows);
      validateMatrices.checkWeights(planes);
      return leftMultiply(r, planes, rows, columns);
    },
  };
}
