import { createBundle } from '../bundle.ts';
import type { ModelBundle } from '../bundle.ts';
import type { FloatLayer } from '../layers.ts';
import type { WeightBits } from '../quantize.ts';
import { decision } from '../reference/report.ts';
import { referenceInfer } from '../reference/infer.ts';
import { DIGIT_SIZE, generateDigits } from './digits.ts';
import type { DigitSet } from './digits.ts';
import { trainSoftmaxRegression } from './softmax-regression.ts';

/** Trained weights are rounded to multiples of this: machines whose Math.exp differs in the last bit agree again. */
const WEIGHT_STEP = 2 ** -20;

const TRAINING = { seed: 1, count: 2500 };
const HELD_OUT = { seed: 2, count: 1000 };

export interface DigitClassifier {
  /** One layer, 256→10, identity: its outputs are logits. */
  readonly layers: readonly FloatLayer[];
  /** Digits that the training has not seen. */
  readonly heldOut: DigitSet;
  /** Share of the held-out digits that the classifier names right. */
  readonly accuracy: number;
}

/** Draw digits and train a 256→10 classifier on them: about a second, and the same weights every time. */
export function trainDigitClassifier(): DigitClassifier {
  const inputSize = DIGIT_SIZE * DIGIT_SIZE;
  const { images, labels } = generateDigits(TRAINING);
  const { weights, bias } = trainSoftmaxRegression(images, labels, {
    inputSize,
    classes: 10,
    epochs: 8,
    learningRate: 0.05,
    batchSize: 100,
  });
  const round = (value: number) => Math.round(value / WEIGHT_STEP) * WEIGHT_STEP;
  const layer: FloatLayer = {
    inputSize,
    outputSize: 10,
    weights: weights.map(round),
    bias: bias.map(round),
    activation: { type: 'identity' },
  };
  const heldOut = generateDigits(HELD_OUT);
  return { layers: [layer], heldOut, accuracy: accuracyOf([layer], heldOut) };
}

function accuracyOf(layers: readonly FloatLayer[], { images, labels, count }: DigitSet): number {
  const { logits } = referenceInfer(layers, images);
  const right = labels.filter((label, k) => decision(logits.subarray(10 * k, 10 * k + 10)) === label);
  return right.length / count;
}

/** The classifier as a bundle that a server can serve, with what it was made from. */
export function digitsBundle(
  weightBits: WeightBits = 28,
): DigitClassifier & { readonly bundle: ModelBundle } {
  const classifier = trainDigitClassifier();
  const bundle = createBundle({
    modelId: 'digits',
    version: '1',
    description: 'Digits of 16×16 pixels: softmax regression on drawn digits, 256→10 logits.',
    weightBits,
    layers: classifier.layers,
  });
  return { ...classifier, bundle };
}
