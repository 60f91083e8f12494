import { connect } from '@sharemesh/client/node';
import type { BridgeOptions, InferenceReport, PartiesOptions } from '@sharemesh/client';
import { decision, referenceInfer } from '@sharemesh/model/reference';
import { DIGIT_SIZE } from '@sharemesh/model/demo';
import type { DigitClassifier } from '@sharemesh/model/demo';
import type { ModelBundle } from '@sharemesh/model';

/** The one option that is changed: several parties that get a share each, or one server that gets a ciphertext. */
export type Servers = Pick<PartiesOptions, 'parties' | 'allowColocated'> | Pick<BridgeOptions, 'bridge'>;

export interface Classification {
  /** Digits with the same largest logit as in the clear, of `digits`. */
  readonly agreements: number;
  readonly digits: number;
  readonly largestDifference: number;
  /** Of the last digit. */
  readonly report: InferenceReport;
}

const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

/** Infer the first held-out digits privately, and hold them against the float64 model in the clear. */
export async function classify(
  { bundle, layers, heldOut }: DigitClassifier & { readonly bundle: ModelBundle },
  servers: Servers,
  digits = 100,
): Promise<Classification> {
  const client = await connect({ ...servers, model: { id: 'digits', digest: bundle.digest } });
  try {
    let agreements = 0;
    let largestDifference = 0;
    let report: InferenceReport | undefined;
    for (let k = 0; k < digits; k++) {
      const pixels = heldOut.images.slice(k * PIXELS, (k + 1) * PIXELS);
      const answer = await client.infer(pixels);
      const { logits } = referenceInfer(layers, pixels);
      if (decision(answer.output) === decision(logits)) agreements++;
      answer.output.forEach((logit, i) => {
        largestDifference = Math.max(largestDifference, Math.abs(logit - logits[i]!));
      });
      report = answer.report;
    }
    return { agreements, digits, largestDifference, report: report! };
  } finally {
    await client.close();
  }
}
