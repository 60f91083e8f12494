import { MeshError } from '@sharemesh/wire/errors';
import { Kind } from '../codec/header.ts';
import { encodeSeeded } from '../codec/seeded.ts';
import { encryptSeeded } from '../encryption/encrypt.ts';
import { modulusBits } from '../ring/parameters.ts';
import type { Ring } from '../ring/ring.ts';
import type { SecretKey } from '../encryption/secret-key.ts';
import { schemes } from '../schemes/index.ts';
import { inputPosition } from './block-shape.ts';
import type { LayerPlan } from './layer-plan.ts';

/** How the inputs of a call were rounded; `bound` < `limit` rules out overflow. */
export interface InputPrecision {
  /** Inputs were rounded to multiples of 2^-fractionBits: the plan's input bits, fewer for inputs beyond ±1. */
  readonly fractionBits: number;
  /** Largest |output| there can be, in units of 2^-fractionBits. */
  readonly bound: number;
  /** Half the plaintext modulus (ckks: half the ciphertext modulus, in units of the scale). */
  readonly limit: number;
}

/**
 * The fraction bits with which round(x·2^f) fits the plan's input bits: those bits for inputs within ±1, so that one
 * row's rounding does not depend on the others, and fewer beyond.
 * @throws MeshError INPUT_OUT_OF_RANGE for values that are not finite
 */
export function choosePrecision(
  { scheme, encoding, parameters, rowSum }: LayerPlan,
  x: Float64Array,
): InputPrecision {
  let largest = 1;
  for (const value of x) {
    if (!Number.isFinite(value)) throw new MeshError('INPUT_OUT_OF_RANGE', 'an input is not a finite number');
    largest = Math.max(largest, Math.abs(value));
  }
  const room = 2 ** encoding.inputBits;
  let fractionBits = Math.floor(encoding.inputBits - Math.log2(largest));
  while (!(Math.round(largest * 2 ** fractionBits) <= room)) fractionBits--;
  const { scaleBits } = encoding;
  const limitBits = scheme === 'bfv' ? scaleBits - 1 : modulusBits(parameters.moduli) - 1 - scaleBits;
  return { fractionBits, bound: rowSum * (largest * 2 ** fractionBits + 0.5), limit: 2 ** limitBits };
}

/**
 * Encrypt a batch for one layer.
 *
 * @param x batch × columns finite values, row-major
 * @returns the payloads: for each group of rows one per column block
 */
export function encryptLayer(
  ring: Ring,
  key: SecretKey,
  plan: LayerPlan,
  binding: Uint8Array,
  x: Float64Array,
  { fractionBits }: InputPrecision,
): Uint8Array[] {
  const { kernels, degree } = ring;
  const { shape, layer, encoding } = plan;
  const batch = x.length / layer.columns;
  const payloads: Uint8Array[] = [];
  for (let first = 0; first < batch; first += shape.batchRows) {
    const inputs = Math.min(shape.batchRows, batch - first);
    for (let column = 0; column < layer.columns; column += shape.blockColumns) {
      const columns = Math.min(shape.blockColumns, layer.columns - column);
      const payload = ring.scratch(() => {
        const values = kernels.allocate(degree);
        const message = ring.allocate();
        const c0 = ring.allocate();
        const words = new Int32Array(kernels.words(values, degree).buffer, values, degree);
        for (let b = 0; b < inputs; b++) {
          const row = (first + b) * layer.columns + column;
          for (let j = 0; j < columns; j++) {
            words[inputPosition(shape, b, j)] = Math.round(x[row + j]! * 2 ** fractionBits);
          }
        }
        schemes[plan.scheme].encode(ring, encoding, message, values);
        const seed = encryptSeeded(ring, key, c0, message);
        return encodeSeeded(ring, Kind.request, binding, seed, c0);
      });
      payloads.push(payload);
    }
  }
  return payloads;
}
