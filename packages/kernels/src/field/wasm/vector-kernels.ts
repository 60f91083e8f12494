import type { FieldVector, VectorKernels } from '../kernels.ts';
import * as validate from '../validate-vectors.ts';
import type { VectorExports } from './exports.ts';
import { alignUp } from './memory-views.ts';
import type { WorkingSpace } from './memory-views.ts';

const KECCAK_STATE_BYTES = 200;

/** Bytes of a vector in scratch: room for an even length, as the kernels work on two elements at once. */
const vectorBytes = (length: number): number => alignUp(8 * length);

/** The kernels on vectors. An operation copies its operands in, computes, and copies the result out. */
export function createWasmVectorKernels(wasm: VectorExports, space: WorkingSpace): VectorKernels {
  const take = (at: number, length: number): FieldVector => space.words.slice(at / 8, at / 8 + length);

  const elementwise = (operation: VectorExports['add'], a: FieldVector, b: FieldVector): FieldVector => {
    validate.checkSameLength(a, b);
    const bytes = vectorBytes(a.length);
    const at = space.scratch(2 * bytes);
    space.words.set(a, at / 8);
    space.words.set(b, (at + bytes) / 8);
    operation(at, at + bytes, at, a.length);
    return take(at, a.length);
  };

  return {
    implementation: 'wasm',
    encodeFixed(x, fractionBits) {
      validate.checkFractionBits(fractionBits);
      const bytes = vectorBytes(x.length);
      const at = space.scratch(2 * bytes);
      const { reals } = space;
      if (x.length % 2 === 1) reals[at / 8 + x.length] = 0;
      reals.set(x, at / 8);
      if (!wasm.encodeFixed(at, at + bytes, x.length, 2 ** fractionBits)) {
        throw validate.encodeRangeError(fractionBits);
      }
      return take(at + bytes, x.length);
    },
    decodeFixed(y, scales) {
      validate.checkDecode(y, scales);
      const at = space.scratch(vectorBytes(y.length) + vectorBytes(scales.length));
      const scalesAt = at + vectorBytes(y.length);
      space.words.set(y, at / 8);
      space.reals.set(scales, scalesAt / 8);
      wasm.decodeFixed(at, scalesAt, at, y.length, scales.length);
      return space.reals.slice(at / 8, at / 8 + y.length);
    },
    turboShake128(message, domain, length) {
      validate.checkXof(domain, length);
      const state = space.scratch(alignUp(KECCAK_STATE_BYTES) + alignUp(message.length) + length);
      const messageAt = state + alignUp(KECCAK_STATE_BYTES);
      const out = messageAt + alignUp(message.length);
      space.bytes.set(message, messageAt);
      wasm.turboShake128(state, messageAt, message.length, domain, out, length);
      return space.bytes.slice(out, out + length);
    },
    expandField(message, length) {
      validate.checkXof(1, length);
      const state = space.scratch(alignUp(KECCAK_STATE_BYTES) + alignUp(message.length) + 8 * length);
      const messageAt = state + alignUp(KECCAK_STATE_BYTES);
      const out = messageAt + alignUp(message.length);
      space.bytes.set(message, messageAt);
      wasm.expandField(state, messageAt, message.length, out, length);
      return take(out, length);
    },
    add: (a, b) => elementwise(wasm.add, a, b),
    subtract: (a, b) => elementwise(wasm.subtract, a, b),
    combine(coefficients, vectors) {
      validate.checkCombination(coefficients, vectors);
      const count = vectors.length;
      const { length } = vectors[0]!;
      const at = space.scratch(vectorBytes(count) + 8 * length * (count + 1));
      const vectorsAt = at + vectorBytes(count);
      const out = vectorsAt + 8 * length * count;
      space.words.set(coefficients, at / 8);
      for (const [k, vector] of vectors.entries()) space.words.set(vector, vectorsAt / 8 + k * length);
      wasm.combine(at, vectorsAt, count, length, out);
      return take(out, length);
    },
    dot(a, b) {
      validate.checkSameLength(a, b);
      const bytes = vectorBytes(a.length);
      const at = space.scratch(2 * bytes);
      space.words.set(a, at / 8);
      space.words.set(b, (at + bytes) / 8);
      return wasm.dot(at, at + bytes, a.length);
    },
    isCanonical(v) {
      const at = space.scratch(8 * v.length);
      space.words.set(v, at / 8);
      return wasm.isCanonical(at, v.length) === 1;
    },
  };
}
