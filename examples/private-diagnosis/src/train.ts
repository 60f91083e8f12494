import { Matrix, solve } from 'ml-matrix';
import { createBundle } from '@sharemesh/model';
import type { FloatLayer, ModelBundle, WeightBits } from '@sharemesh/model';
import { applyActivation } from '@sharemesh/model/activations';
import { FEATURES, fitStandardization, splitDataset, standardize } from './data.ts';
import type { Dataset, Standardization } from './data.ts';

export interface DiagnosisModel {
  /** One layer, 30→1, sigmoid: the probability that a tumour is malignant. */
  readonly layers: readonly FloatLayer[];
  readonly bundle: ModelBundle;
  /** What a client applies to its measurements before it asks. */
  readonly standardization: Standardization;
  /** The patients that the training has not seen, measurements standardised. */
  readonly heldOut: Dataset;
}

/** Train on 7 patients in 10, and make a bundle of the result. */
export function trainDiagnosis(data: Dataset, weightBits: WeightBits = 28): DiagnosisModel {
  const { training, heldOut } = splitDataset(data);
  const standardization = fitStandardization(training);
  const { weights, bias } = fitLogisticRegression(
    standardize(training.features, standardization),
    training.labels,
  );
  const layer: FloatLayer = {
    inputSize: FEATURES,
    outputSize: 1,
    weights,
    bias: [bias],
    activation: { type: 'sigmoid' },
  };
  const bundle = createBundle({
    modelId: 'diagnosis',
    version: '1',
    description:
      'Breast cancer from 30 standardised measurements: the probability that a tumour is malignant.',
    weightBits,
    layers: [layer],
  });
  const features = standardize(heldOut.features, standardization);
  return { layers: [layer], bundle, standardization, heldOut: { ...heldOut, features } };
}

/** The weight of ½·‖w‖² against the log-likelihood: without it, classes that a plane separates have no optimum. */
const RIDGE = 1;

/** Newton's method doubles the right digits in each step: this many are never needed. */
const MAX_STEPS = 50;

/**
 * Logistic regression with an L2 penalty on the weights, by Newton's method (iteratively reweighted least squares:
 * Bishop, Pattern Recognition and Machine Learning, §4.3.3).
 *
 * @param features rows of equal length, row-major
 * @param labels 0 or 1, one for each row
 */
export function fitLogisticRegression(
  features: Float64Array,
  labels: Uint8Array,
): { weights: Float64Array; bias: number } {
  const rows = labels.length;
  const columns = features.length / rows;
  // the last weight is the bias: each row ends in a 1, and the penalty leaves it alone
  const x = Matrix.from1DArray(rows, columns, features).addColumn(Array.from(labels, () => 1));
  const transposed = x.transpose();
  const truth = Matrix.columnVector(labels);
  const penalty = Matrix.diag([...Array.from({ length: columns }, () => RIDGE), 0]);
  const weights = Matrix.zeros(columns + 1, 1);
  for (let step = 0; step < MAX_STEPS; step++) {
    const logits = Float64Array.from(x.mmul(weights).to1DArray());
    const probability = applyActivation({ type: 'sigmoid' }, logits);
    const error = Matrix.sub(Matrix.columnVector(probability), truth);
    const gradient = transposed.mmul(error).add(penalty.mmul(weights));
    const curvature = x.clone().mulColumnVector(Array.from(probability, (p) => p * (1 - p)));
    const change = solve(transposed.mmul(curvature).add(penalty), gradient);
    weights.sub(change);
    if (Matrix.abs(change).max() < 1e-12) break;
  }
  const values = Float64Array.from(weights.to1DArray());
  return { weights: values.slice(0, columns), bias: values[columns]! };
}
