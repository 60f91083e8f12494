import { MeshError } from '@sharemesh/wire/errors';
import type { ModelInfo } from '@sharemesh/wire';

/** Values between layers stay within ±2^1000: a product with a bias added cannot overflow unnoticed from there. */
const LARGEST = 2 ** 1000;

/** What a layer may make of inputs of magnitude 1: ordinary inputs then never come near `LARGEST`. */
const LARGEST_GAIN = 2 ** 400;

/**
 * Clamp values that left the range to ±2^1000, NaN to 0, in place. The requests of the layers that follow then go out
 * as ever: a server that chooses its replies must not learn from the next request, or its absence, what they decrypt
 * to. The caller reports the error once every layer has been sent.
 *
 * @returns the error to report, or undefined when every value is in range
 */
export function saturate(values: Float64Array, batch: number, layer: number): MeshError | undefined {
  let first: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Math.abs(value) <= LARGEST) continue;
    first ??= i;
    values[i] = Number.isNaN(value) ? 0 : Math.sign(value) * LARGEST;
  }
  if (first === undefined) return undefined;
  const row = Math.floor(first / (values.length / batch));
  return new MeshError('OUTPUT_OUT_OF_RANGE', `row ${row} leaves the range in layer ${layer}`);
}

/**
 * Refuse a model whose public numbers alone can lead out of the range: one with a layer that takes inputs of magnitude 1
 * beyond 2^400, or that has a bias or a coefficient beyond.
 * @throws MeshError UNSUPPORTED
 */
export function requireBounded({ inference }: ModelInfo): void {
  for (const [index, { row_scales, max_row_sum, bias, activation }] of inference.layers.entries()) {
    const coefficients = 'coefficients' in activation ? activation.coefficients : [];
    const numbers = [...row_scales.map((scale) => scale * max_row_sum), ...bias, ...coefficients];
    if (!numbers.every((value) => Math.abs(value) <= LARGEST_GAIN)) {
      throw new MeshError('UNSUPPORTED', `layer ${index} leaves the range`);
    }
  }
}
