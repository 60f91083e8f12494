import { DIGIT_SIZE } from '@sharemesh/model/demo';
import type { DigitClassifier } from '@sharemesh/model/demo';

/** A digit to pick instead of drawing one. */
export interface Sample {
  readonly label: number;
  /** 256 values from 0, paper, to 1, ink; row-major. */
  readonly pixels: readonly number[];
}

/** All that the page is told: where the servers are, and the model in the clear to compare with. */
export interface PageData {
  /** URLs of the share servers. */
  readonly parties: readonly string[];
  /** URL of the server that computes on ciphertexts. */
  readonly bridge: string;
  readonly model: { readonly id: string; readonly digest: string };
  /** The one layer of the model as it was trained: outputSize × inputSize weights, row-major. */
  readonly layer: { readonly weights: readonly number[]; readonly bias: readonly number[] };
  /** One of each digit, none of which the training has seen. */
  readonly samples: readonly Sample[];
  /** Share of unseen digits that the model names right. */
  readonly accuracy: number;
  /** Address of a report of `sharemesh bench --report`, where there is one. */
  readonly report?: string;
}

const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

/** What the page shows of the classifier. */
export function describeClassifier({
  layers,
  heldOut,
  accuracy,
}: DigitClassifier): Pick<PageData, 'layer' | 'samples' | 'accuracy'> {
  const [layer] = layers as [(typeof layers)[number]];
  const { images, labels } = heldOut;
  const samples = Array.from({ length: 10 }, (_, label): Sample => {
    const k = labels.indexOf(label);
    return { label, pixels: [...images.subarray(k * PIXELS, (k + 1) * PIXELS)] };
  });
  return { layer: { weights: Array.from(layer.weights), bias: Array.from(layer.bias) }, samples, accuracy };
}
