import { MeshError } from '@sharemesh/wire/errors';
import type { ModelInfo } from '@sharemesh/wire';

/** Values between layers stay within ±2^1000: a product with a bias added cannot overflow unnoticed from there. */
const LARGEST = 2 ** 1000;

/** Added and taken away again, it leaves multiples of 2^-552, and values from 2^-500 on as they are. */
const LEAST = 2 ** -500;

/** What a layer may make of inputs of magnitude 1: ordinary inputs then never come near `LARGEST`. */
const LARGEST_GAIN = 2 ** 400;

/** A smaller row scale could make numbers that processors are slow with. */
const LEAST_SCALE = 2 ** -400;

/**
 * Why an inference will fail once all its requests have been sent: not an error yet, as to make one takes a time that the
 * next request would show.
 */
export interface Refusal {
  readonly code: 'INPUT_OUT_OF_RANGE' | 'OUTPUT_OUT_OF_RANGE';
  /** Of the batch. */
  readonly row: number;
  readonly layer: number;
}

/** What came of the rows of a part of a batch in one layer: the first that was too large, or left the range, if any. */
export interface RowsOutOfRange {
  readonly layer: number;
  /** The first row of this part, in the whole batch. */
  readonly first: number;
  /** See `ScaledRows`; Infinity for none, counted from `first`. */
  readonly tooLarge: number;
  /** See `saturate`. */
  readonly beyond: number;
}

export function refusalOf({ layer, first, tooLarge, beyond }: RowsOutOfRange): Refusal | undefined {
  if (tooLarge < Infinity) return { code: 'INPUT_OUT_OF_RANGE', row: first + tooLarge, layer };
  if (beyond < Infinity) return { code: 'OUTPUT_OUT_OF_RANGE', row: first + beyond, layer };
  return undefined;
}

export const errorOf = ({ code, row, layer }: Refusal): MeshError =>
  new MeshError(
    code,
    code === 'INPUT_OUT_OF_RANGE'
      ? `row ${row} is too large for the fraction bits in layer ${layer}`
      : `row ${row} leaves the range in layer ${layer}`,
  );

/**
 * Clamp values that left the range to ±2^1000, NaN to 0, in place; between layers, round what is below 2^-500 to a multiple
 * of 2^-552. The requests of the layers that follow then go out as ever, and as soon: a server that chooses its replies must
 * not learn from the next request, or its absence, what they decrypt to. The caller reports the error once every layer has
 * been sent.
 *
 * @param values batch rows
 * @param last are these the values of the last layer? Nothing is sent after it, so small values stay as they are
 * @returns the first row that was out of range; Infinity where none was
 */
export function saturate(
  values: Float64Array,
  { batch, last }: { readonly batch: number; readonly last: boolean },
): number {
  const least = last ? 0 : LEAST;
  let first = Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const clamped = Math.max(-LARGEST, Math.min(LARGEST, value));
    // NaN differs from everything, itself included
    first = Math.min(first, clamped === value ? Infinity : i);
    values[i] = clamped === clamped ? clamped + least - least : 0;
  }
  return Math.floor(first / (values.length / batch));
}

/**
 * Refuse a model whose public numbers alone can lead out of the range: one with a layer that takes inputs of magnitude 1
 * beyond 2^400 before its activation or beyond 2^1000 after it, or that has a row scale below 2^-400.
 * @throws MeshError UNSUPPORTED
 */
export function requireBounded({ inference }: ModelInfo): void {
  for (const [index, { row_scales, max_row_sum, bias, activation }] of inference.layers.entries()) {
    const gain = Math.max(...row_scales.map((scale, row) => scale * max_row_sum + Math.abs(bias[row]!)));
    const coefficients = 'coefficients' in activation ? activation.coefficients : [];
    const activated = coefficients.reduceRight((sum, coefficient) => sum * gain + Math.abs(coefficient), 0);
    if (!(gain <= LARGEST_GAIN && activated <= LARGEST && Math.min(...row_scales) >= LEAST_SCALE)) {
      throw new MeshError('UNSUPPORTED', `layer ${index} leaves the range`);
    }
  }
}
