import { Matrix } from 'ml-matrix';
import { applyActivation } from '../activations.ts';

export interface SoftmaxRegressionOptions {
  readonly inputSize: number;
  readonly classes: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Rows of a gradient step. */
  readonly batchSize: number;
}

/** softmax(W·x + bias): W is classes × inputSize, row-major. */
export interface LinearModel {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** The part of each step that carries over into the next (heavy-ball momentum, Polyak 1964). */
const MOMENTUM = 0.9;

/**
 * Fit a softmax regression by gradient descent on the cross-entropy, in batches, starting from zero. The rows must be
 * in random order already: the batches are the same in every epoch.
 *
 * @param inputs rows of inputSize values, row-major
 * @param labels one for each row, in 0 … classes − 1
 */
export function trainSoftmaxRegression(
  inputs: Float64Array,
  labels: Uint8Array,
  options: SoftmaxRegressionOptions,
): LinearModel {
  const { inputSize, classes, epochs, learningRate, batchSize } = options;
  const batches = splitBatches(inputs, labels, inputSize, batchSize);
  // the last weight is the bias: each row ends in a 1
  const weights = Matrix.zeros(inputSize + 1, classes);
  const step = Matrix.zeros(inputSize + 1, classes);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { x, transposed, truth } of batches) {
      const error = softmax(x.mmul(weights));
      truth.forEach((label, row) => error.set(row, label, error.get(row, label) - 1));
      const gradient = transposed.mmul(error);
      step.mul(MOMENTUM).sub(gradient.mul(learningRate / truth.length));
      weights.add(step);
    }
  }
  return {
    weights: Float64Array.from(
      weights
        .subMatrix(0, inputSize - 1, 0, classes - 1)
        .transpose()
        .to1DArray(),
    ),
    bias: Float64Array.from(weights.getRow(inputSize)),
  };
}

function splitBatches(inputs: Float64Array, labels: Uint8Array, inputSize: number, batchSize: number) {
  const batches: { x: Matrix; transposed: Matrix; truth: Uint8Array }[] = [];
  for (let start = 0; start < labels.length; start += batchSize) {
    const truth = labels.subarray(start, start + batchSize);
    const rows = inputs.subarray(start * inputSize, (start + truth.length) * inputSize);
    const x = Matrix.from1DArray(truth.length, inputSize, rows).addColumn(Array.from(truth, () => 1));
    batches.push({ x, transposed: x.transpose(), truth });
  }
  return batches;
}

function softmax(logits: Matrix): Matrix {
  const values = applyActivation({ type: 'softmax' }, Float64Array.from(logits.to1DArray()), logits.rows);
  return Matrix.from1DArray(logits.rows, logits.columns, values);
}
