import type { FieldKernels, FieldVector, PackedMatrix } from '../kernels.ts';
import * as validate from '../validate.ts';
import type { FieldExports, Instance } from './instance.ts';
import { alignUp } from './heap.ts';
import { leftMultiply, matmulInto } from './matrix.ts';
import { pack } from './packed.ts';
import type { WasmMatrix } from './packed.ts';

const KECCAK_STATE_BYTES = 200;

/** Bytes of a vector in scratch: room for an even length, as the kernels work on two elements at once. */
const vectorBytes = (length: number): number => alignUp(8 * length);

/**
 * The field kernels over a WebAssembly instance. An operation copies its operands in, computes, and copies the result
 * out; only packed matrices stay.
 */
export function createWasmFieldKernels(instance: Instance): FieldKernels {
  const { wasm, heap, store } = instance;
  const take = (at: number, length: number): FieldVector => heap.words.slice(at / 8, at / 8 + length);

  const elementwise = (operation: FieldExports['add'], a: FieldVector, b: FieldVector): FieldVector => {
    validate.checkSameLength(a, b);
    const bytes = vectorBytes(a.length);
    const at = heap.scratch(2 * bytes);
    heap.words.set(a, at / 8);
    heap.words.set(b, (at + bytes) / 8);
    operation(at, at + bytes, at, a.length);
    return take(at, a.length);
  };

  const multiplyInto = (y: FieldVector, matrix: PackedMatrix, x: FieldVector, batch: number): void => {
    if ((matrix as WasmMatrix).store !== store) throw validate.foreignMatrixError();
    validate.checkMatmul(matrix, y, x, batch);
    matmulInto(instance, y, matrix as WasmMatrix, x, batch);
  };

  return {
    implementation: 'wasm',
    encodeFixed(x, fractionBits) {
      validate.checkFractionBits(fractionBits);
      const bytes = vectorBytes(x.length);
      const at = heap.scratch(2 * bytes);
      const { reals } = heap;
      if (x.length % 2 === 1) reals[at / 8 + x.length] = 0;
      reals.set(x, at / 8);
      if (!wasm.encodeFixed(at, at + bytes, x.length, 2 ** fractionBits)) {
        throw validate.encodeRangeError(fractionBits);
      }
      return take(at + bytes, x.length);
    },
    decodeFixed(y, scales) {
      validate.checkDecode(y, scales);
      const at = heap.scratch(vectorBytes(y.length) + vectorBytes(scales.length));
      const scalesAt = at + vectorBytes(y.length);
      heap.words.set(y, at / 8);
      heap.reals.set(scales, scalesAt / 8);
      wasm.decodeFixed(at, scalesAt, at, y.length, scales.length);
      return heap.reals.slice(at / 8, at / 8 + y.length);
    },
    turboShake128(message, domain, length) {
      validate.checkXof(domain, length);
      const state = heap.scratch(alignUp(KECCAK_STATE_BYTES) + alignUp(message.length) + length);
      const messageAt = state + alignUp(KECCAK_STATE_BYTES);
      const out = messageAt + alignUp(message.length);
      heap.bytes.set(message, messageAt);
      wasm.turboShake128(state, messageAt, message.length, domain, out, length);
      return heap.bytes.slice(out, out + length);
    },
    expandField(message, length) {
      validate.checkXof(1, length);
      const state = heap.scratch(alignUp(KECCAK_STATE_BYTES) + alignUp(message.length) + 8 * length);
      const messageAt = state + alignUp(KECCAK_STATE_BYTES);
      const out = messageAt + alignUp(message.length);
      heap.bytes.set(message, messageAt);
      wasm.expandField(state, messageAt, message.length, out, length);
      return take(out, length);
    },
    add: (a, b) => elementwise(wasm.add, a, b),
    subtract: (a, b) => elementwise(wasm.subtract, a, b),
    combine(coefficients, vectors) {
      validate.checkCombination(coefficients, vectors);
      const count = vectors.length;
      const { length } = vectors[0]!;
      const at = heap.scratch(vectorBytes(count) + 8 * length * (count + 1));
      const vectorsAt = at + vectorBytes(count);
      const out = vectorsAt + 8 * length * count;
      heap.words.set(coefficients, at / 8);
      for (const [k, vector] of vectors.entries()) heap.words.set(vector, vectorsAt / 8 + k * length);
      wasm.combine(at, vectorsAt, count, length, out);
      return take(out, length);
    },
    dot(a, b) {
      validate.checkSameLength(a, b);
      const bytes = vectorBytes(a.length);
      const at = heap.scratch(2 * bytes);
      heap.words.set(a, at / 8);
      heap.words.set(b, (at + bytes) / 8);
      return wasm.dot(at, at + bytes, a.length);
    },
    isCanonical(v) {
      const at = heap.scratch(8 * v.length);
      heap.words.set(v, at / 8);
      return wasm.isCanonical(at, v.length) === 1;
    },
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
