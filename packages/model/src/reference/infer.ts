import { MeshError } from '@sharemesh/wire/errors';
import { Matrix } from 'ml-matrix';
import { applyActivation } from '../activations.ts';
import type { FloatLayer } from '../layers.ts';

/** What a model answers to a batch, row-major. */
export interface ReferenceResult {
  /** The last layer's values before its activation. */
  readonly logits: Float64Array;
  /** The last layer's values after it: what `infer` returns. */
  readonly outputs: Float64Array;
}

/**
 * Run a model in plain float64, in the clear: what a private answer is compared with.
 *
 * @param inputs any number of rows of inputSize values, row-major
 * @throws MeshError DIMENSION_MISMATCH when the inputs are not whole rows; INVALID_INPUT for what is no finite number
 */
export function referenceInfer(layers: readonly FloatLayer[], inputs: Float64Array): ReferenceResult {
  const inputSize = layers[0]?.inputSize ?? 0;
  const batch = inputs.length / inputSize;
  if (!Number.isInteger(batch) || batch === 0) {
    throw new MeshError('DIMENSION_MISMATCH', `${inputs.length} values are not rows of ${inputSize}`);
  }
  const odd = inputs.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    const [row, index] = [Math.floor(odd / inputSize), odd % inputSize];
    throw new MeshError('INVALID_INPUT', `row ${row}, index ${index} holds no finite number`);
  }
  let logits = inputs;
  let outputs = inputs;
  for (const layer of layers) {
    logits = dense(layer, outputs, batch);
    outputs = applyActivation(layer.activation, logits, batch);
  }
  return { logits, outputs };
}

/** X·Wᵀ + bias. */
function dense(layer: FloatLayer, inputs: Float64Array, batch: number): Float64Array {
  const { inputSize, outputSize, weights, bias } = layer;
  const x = Matrix.from1DArray(batch, inputSize, inputs);
  const w = Matrix.from1DArray(outputSize, inputSize, weights);
  const y = x.mmul(w.transpose()).addRowVector(Array.from(bias));
  return Float64Array.from(y.to1DArray());
}
