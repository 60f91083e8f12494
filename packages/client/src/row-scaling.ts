/** Rows as block floating point: row b is mantissas of magnitude below 1, times 2^exponents[b]. */
export interface ScaledRows {
  /** batch × width, row-major, in (−1, 1). */
  readonly mantissas: Float64Array;
  /** One for each row; −∞ for a row of zeros, whose outputs are zeros whatever noise a scheme adds. */
  readonly exponents: readonly number[];
  /** The first row that is too large for the fraction bits asked for, its mantissas clamped; Infinity where none is. */
  readonly tooLarge: number;
}

export interface ScalingOptions {
  /** What the backend keeps of a mantissa in this layer. */
  readonly significantBits: number;
  /** Round every value to exactly this many binary digits after the point. Default: by the row's magnitude. */
  readonly fractionBits?: number | undefined;
}

/** No row that has another value than 0 has a lower one. */
const LOWEST_EXPONENT = -1073;

/** Mantissas are multiples of 2^-1012, exact from 2^-960 on: processors are slow with the numbers below 2^-1022. */
const LEAST = 2 ** -960;

/** The largest double below 1. */
const BELOW_ONE = 1 - 2 ** -53;

/**
 * Scale each row by a power of two of its own, so that its largest magnitude lies in [½, 1). The backend then rounds the
 * mantissas to 2^-significantBits: the error of a value is at most 2^-significantBits of the row's largest magnitude,
 * whatever that magnitude is and whatever else is in the batch. The exponents never leave the client.
 *
 * @param x batch × width finite values
 */
export function scaleRows(
  x: Float64Array,
  batch: number,
  { significantBits, fractionBits }: ScalingOptions,
): ScaledRows {
  const width = x.length / batch;
  const mantissas = new Float64Array(x.length);
  const exponents: number[] = [];
  let tooLarge = Infinity;
  for (let row = 0; row < batch; row++) {
    const values = x.subarray(row * width, (row + 1) * width);
    const own = exponentOf(values);
    const exponent = fractionBits === undefined ? own : significantBits - fractionBits;
    exponents.push(own > -Infinity ? exponent : own);
    tooLarge = Math.min(tooLarge, own > exponent ? row : Infinity);
    // a row of zeros takes the same steps as any other
    const [half, rest] = powersOfTwo(-Math.max(exponent, LOWEST_EXPONENT));
    const least = LEAST / half / rest;
    for (let j = 0; j < width; j++) {
      const scaled = (values[j]! + least - least) * half * rest;
      mantissas[row * width + j] = Math.max(-BELOW_ONE, Math.min(BELOW_ONE, scaled));
    }
  }
  return { mantissas, exponents, tooLarge };
}

/** Undo the scaling on the outputs of a linear layer, in place: row b of y times 2^exponents[b]. */
export function unscaleRows(y: Float64Array, exponents: readonly number[]): Float64Array {
  const width = y.length / exponents.length;
  for (const [row, exponent] of exponents.entries()) {
    // no value times 2^-3000 is anything but 0
    const [half, rest] = powersOfTwo(Math.max(exponent, -3000));
    for (let i = row * width; i < (row + 1) * width; i++) y[i] = y[i]! * half * rest;
  }
  return y;
}

/** The e with 2^(e−1) ≤ max |values| < 2^e; −∞ for zeros. */
function exponentOf(values: Float64Array): number {
  let max = 0;
  for (let j = 0; j < values.length; j++) max = Math.max(max, Math.abs(values[j]!));
  // log2 may round to the next integer, either way
  const estimate = Math.floor(Math.log2(max));
  return estimate + (max < 2 ** estimate ? 0 : max < 2 ** (estimate + 1) ? 1 : 2);
}

/** 2^exponent as a product of two powers, neither of which overflows where the product applied to a value does not. */
const powersOfTwo = (exponent: number): [number, number] => {
  const half = Math.trunc(exponent / 2);
  return [2 ** half, 2 ** (exponent - half)];
};
