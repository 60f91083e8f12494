import { decision, referenceInfer } from '@sharemesh/model/reference';
import type { FloatLayer } from '@sharemesh/model';

export interface Comparison {
  readonly digits: number;
  /** Private predictions that equal those of the float64 reference. */
  readonly agreements: number;
  readonly largestDifference: number;
  /** Share of right predictions, private and in the clear. */
  readonly accuracy: number;
  readonly plainAccuracy: number;
}

/** Private outputs beside what the unquantised model gives in float64, in the clear. */
export function compare(
  layers: readonly FloatLayer[],
  rows: readonly Float64Array[],
  outputs: readonly Float64Array[],
  labels: Uint8Array,
): Comparison {
  let agreements = 0;
  let largestDifference = 0;
  let right = 0;
  let plainRight = 0;
  const reference = referenceInfer(layers, Float64Array.from(rows.flatMap((row) => [...row]))).outputs;
  for (const [i, output] of outputs.entries()) {
    const plain = reference.subarray(i * output.length, (i + 1) * output.length);
    for (const [k, value] of output.entries()) {
      largestDifference = Math.max(largestDifference, Math.abs(value - plain[k]!));
    }
    if (decision(output) === decision(plain)) agreements++;
    if (decision(output) === labels[i]) right++;
    if (decision(plain) === labels[i]) plainRight++;
  }
  const digits = rows.length;
  return {
    digits,
    agreements,
    largestDifference,
    accuracy: right / digits,
    plainAccuracy: plainRight / digits,
  };
}
