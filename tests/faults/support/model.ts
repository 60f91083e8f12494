import { createBundle } from '@sharemesh/model';
import type { FloatLayer, ModelBundle } from '@sharemesh/model';
import { createRandom } from './random.ts';

export const INPUTS = 12;
/** Fixed, so that the oracle need not ask the client what it chose. */
export const FRACTION_BITS = 24;

const layer = (
  inputSize: number,
  outputSize: number,
  seed: number,
  type: 'relu' | 'identity',
): FloatLayer => {
  const random = createRandom(seed);
  const values = (length: number) => Float64Array.from({ length }, () => random.below(2_001) / 1_000 - 1);
  return {
    inputSize,
    outputSize,
    weights: values(inputSize * outputSize),
    bias: values(outputSize),
    activation: { type },
  };
};

/** Two layers, 12 → 7 → 3, small enough for tens of thousands of inferences. */
export const faultBundle = (seed = 1): ModelBundle =>
  createBundle({
    modelId: 'faults',
    version: '1',
    weightBits: 28,
    layers: [layer(INPUTS, 7, seed, 'relu'), layer(7, 3, seed + 100, 'identity')],
  });

/**
 * The one right output for an input, in BigInt, from the bundle's integers and from nothing of the client: what every
 * accepted answer has to be, to the last bit.
 */
export function trueAnswer({ manifest, planes }: ModelBundle, x: ArrayLike<number>): Float64Array {
  let values = Float64Array.from(x);
  for (const [index, layer] of manifest.inference.layers.entries()) {
    const [high, low] = planes[index]!;
    const encoded = Array.from(values, (value) => roundHalfEven(value * 2 ** FRACTION_BITS));
    const outputs = Array.from({ length: layer.output_size }, (_, i) => {
      let sum = 0n;
      for (let j = 0; j < layer.input_size; j++) {
        const k = i * layer.input_size + j;
        const weight = low ? BigInt(high![k]!) * 16_384n + BigInt(low[k]!) : BigInt(high![k]!);
        sum += weight * encoded[j]!;
      }
      const real = Number(sum) * (layer.row_scales[i]! * 2 ** -FRACTION_BITS) + layer.bias[i]!;
      return layer.activation.type === 'relu' ? Math.max(real, 0) : real;
    });
    values = Float64Array.from(outputs);
  }
  return values;
}

/** Exact for |value| < 2^52: the sum is rounded to an integer by the float64 itself, ties to even. */
function roundHalfEven(value: number): bigint {
  const magic = 1.5 * 2 ** 52;
  return BigInt(value + magic - magic);
}
