import { MeshError } from '@sharemesh/wire/errors';
import type { ModelBundle } from '../bundle.ts';
import type { FloatLayer } from '../layers.ts';
import { dequantizeRows } from '../quantize.ts';
import type { WeightBits } from '../quantize.ts';
import { referenceInfer } from './infer.ts';

/** The real layers that a bundle's integers stand for: what an exact private inference computes. */
export function dequantize(bundle: ModelBundle): FloatLayer[] {
  return bundle.manifest.inference.layers.map((layer, index) => ({
    inputSize: layer.input_size,
    outputSize: layer.output_size,
    weights: dequantizeRows(bundle.planes[index]!, layer.row_scales, layer.input_size),
    bias: layer.bias,
    activation: layer.activation,
  }));
}

export interface LayerReport {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly weightBits: WeightBits;
  /** ‖Ŵ − W‖ / ‖W‖ in the Frobenius norm; 0 for a matrix of zeros. */
  readonly relativeWeightError: number;
  readonly maxRowSum: number;
}

/** What quantisation does to a model's answers, on given inputs. */
export interface QuantizationReport {
  readonly samples: number;
  /** Samples with the same decision: the argmax of the logits, or the sign of a single one. */
  readonly agreements: number;
  readonly maxLogitDifference: number;
  readonly meanLogitDifference: number;
  readonly layers: readonly LayerReport[];
}

/**
 * Compare a bundle with the real layers it was made from.
 *
 * @param inputs any number of rows of the model's input size, row-major
 * @throws MeshError DIMENSION_MISMATCH when the two are not of one shape, or the inputs are not whole rows
 */
export function quantizationReport(
  reference: readonly FloatLayer[],
  bundle: ModelBundle,
  inputs: Float64Array,
): QuantizationReport {
  const quantized = dequantize(bundle);
  const shape = (layers: readonly FloatLayer[]) =>
    layers.map(({ inputSize, outputSize }) => `${inputSize}→${outputSize}`).join(', ');
  if (shape(reference) !== shape(quantized)) {
    throw new MeshError('DIMENSION_MISMATCH', `layers ${shape(quantized)} against ${shape(reference)}`);
  }
  const expected = referenceInfer(reference, inputs).logits;
  const actual = referenceInfer(quantized, inputs).logits;
  const differences = expected.map((value, k) => Math.abs(value - actual[k]!));
  const width = quantized.at(-1)!.outputSize;
  const samples = expected.length / width;
  let agreements = 0;
  for (let start = 0; start < expected.length; start += width) {
    const [a, b] = [expected, actual].map((logits) => decision(logits.subarray(start, start + width)));
    if (a === b) agreements++;
  }
  return {
    samples,
    agreements,
    maxLogitDifference: differences.reduce((a, b) => Math.max(a, b)),
    meanLogitDifference: differences.reduce((a, b) => a + b) / differences.length,
    layers: bundle.manifest.inference.layers.map((layer, index) => ({
      inputSize: layer.input_size,
      outputSize: layer.output_size,
      weightBits: layer.weight_bits,
      relativeWeightError: relativeError(reference[index]!.weights, quantized[index]!.weights),
      maxRowSum: layer.max_row_sum,
    })),
  };
}

/** The class that a row of logits decides for: their argmax, the first of equals; for a single logit 1 if positive. */
export function decision(logits: Float64Array): number {
  if (logits.length === 1) return logits[0]! > 0 ? 1 : 0;
  return logits.reduce((best, value, k) => (value > logits[best]! ? k : best), 0);
}

function relativeError(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  let error = 0;
  let norm = 0;
  for (let k = 0; k < expected.length; k++) {
    error += (expected[k]! - actual[k]!) ** 2;
    norm += expected[k]! ** 2;
  }
  return norm === 0 ? 0 : Math.sqrt(error / norm);
}

/** The report in a few lines of text. */
export function formatReport(report: QuantizationReport): string {
  const { samples, agreements, maxLogitDifference, meanLogitDifference, layers } = report;
  const percent = ((100 * agreements) / samples).toFixed(2);
  return [
    ...layers.map(
      ({ inputSize, outputSize, weightBits, relativeWeightError, maxRowSum }, index) =>
        `layer ${index}  ${inputSize}→${outputSize}  ${weightBits}-bit weights  ` +
        `relative weight error ${relativeWeightError.toExponential(1)}  L = ${maxRowSum}`,
    ),
    `same decision  ${agreements} of ${samples} (${percent} %)`,
    `logits differ  ${maxLogitDifference.toExponential(1)} at most, ${meanLogitDifference.toExponential(1)} on average`,
  ].join('\n');
}
