import type { Client, InferenceReport } from '@sharemesh/client';
import { DIGIT_SIZE } from '@sharemesh/model/demo';
import type { DigitClassifier, DigitSet } from '@sharemesh/model/demo';
import { decision, referenceInfer } from '@sharemesh/model/reference';
import { HeldRefusals } from './held-refusals.ts';

/** Digits that are inferred for the figures after the one that is shown. */
const MORE_DIGITS = 200;

const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

export const pixelsOf = ({ images }: DigitSet, index: number): Float64Array =>
  images.slice(index * PIXELS, (index + 1) * PIXELS);

export interface ManyDigits {
  readonly reports: readonly InferenceReport[];
  /** How many of them gave the digit that the model gives in the clear. */
  readonly agreements: number;
}

/** Infer held-out digits one after the other, for the figures. */
export async function inferManyDigits(
  client: Client,
  { heldOut, layers }: DigitClassifier,
): Promise<ManyDigits> {
  const reports: InferenceReport[] = [];
  const refusals = new HeldRefusals();
  let agreements = 0;
  for (let k = 0; k < MORE_DIGITS; k++) {
    const image = pixelsOf(heldOut, k);
    const answer = await refusals.hold(client.infer(image));
    if (!answer) continue;
    reports.push(answer.report);
    if (decision(answer.output) === decision(referenceInfer(layers, image).logits)) agreements++;
  }
  refusals.release();
  return { reports, agreements };
}
