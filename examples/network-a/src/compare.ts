import { connect } from '@sharemesh/client/node';
import { importSafetensors } from '@sharemesh/model';
import type { ImportedModel, WeightBits } from '@sharemesh/model';
import { decision, referenceInfer } from '@sharemesh/model/reference';
import { PIXELS } from './mnist.ts';
import type { Digits } from './mnist.ts';

/** What private inference made of the digits, held against the float64 model in the clear. */
export interface Comparison {
  readonly weightBits: WeightBits;
  readonly parties: number;
  readonly digits: number;
  /** Digits whose largest logit is the same one. */
  readonly agreements: number;
  readonly largestDifference: number;
  /** Share of the digits named right. */
  readonly accuracy: number;
  readonly plaintextAccuracy: number;
  /** Bytes of all bodies to and from all parties, for one digit. */
  readonly bytesPerDigit: number;
  readonly millisecondsPerDigit: number;
}

/** Network A: 784→128→128→10 with ReLU. The id tells the precisions apart where a server has both. */
export function importNetworkA(safetensors: Uint8Array, weightBits: WeightBits): ImportedModel {
  return importSafetensors(safetensors, {
    modelId: `network-a-${weightBits}`,
    version: '1',
    description: 'MNIST digits: 784→128→128→10, ReLU.',
    weightBits,
    activation: { type: 'relu' },
  });
}

/** Infer all digits through these servers, in batches as large as they take. */
export async function compare(
  { bundle, layers }: ImportedModel,
  { images, labels, count }: Digits,
  servers: readonly string[],
): Promise<Comparison> {
  const { model_id, inference } = bundle.manifest;
  const client = await connect({
    parties: servers,
    model: { id: model_id, digest: bundle.digest },
    deadlineMs: 300_000,
    // all of them run on this machine, for show
    allowColocated: true,
  });
  const rows = Array.from({ length: count }, (_, k) => images.subarray(k * PIXELS, (k + 1) * PIXELS));
  const { outputs, report } = await client.inferBatch(rows).finally(() => client.close());

  const { logits } = referenceInfer(layers, images);
  const expected = rows.map((_, k) => logits.subarray(10 * k, 10 * k + 10));
  const rightOf = (answers: readonly Float64Array[]) =>
    answers.filter((answer, k) => decision(answer) === labels[k]).length / count;
  return {
    weightBits: inference.layers[0]!.weight_bits,
    parties: servers.length,
    digits: count,
    agreements: outputs.filter((output, k) => decision(output) === decision(expected[k]!)).length,
    largestDifference: largestDifference(outputs, expected),
    accuracy: rightOf(outputs),
    plaintextAccuracy: rightOf(expected),
    bytesPerDigit: report.parties.reduce((sum, party) => sum + party.bytesUp + party.bytesDown, 0) / count,
    millisecondsPerDigit: report.milliseconds / count,
  };
}

function largestDifference(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  let largest = 0;
  for (const [k, row] of a.entries()) {
    row.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - b[k]![i]!))));
  }
  return largest;
}

/** What is asked of each precision. At 28 bits rounding must change no decision at all. */
const REQUIRED = {
  28: { agreement: 1, difference: 1e-5 },
  14: { agreement: 0.998, difference: Infinity },
} as const;

/** Accuracy may differ from plaintext by this much. */
const ACCURACY_MARGIN = 0.001;

export function isGoodEnough(result: Comparison): boolean {
  const { agreement, difference } = REQUIRED[result.weightBits];
  return (
    result.agreements >= agreement * result.digits &&
    result.largestDifference < difference &&
    Math.abs(result.accuracy - result.plaintextAccuracy) <= ACCURACY_MARGIN
  );
}
