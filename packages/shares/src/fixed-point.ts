import type { FieldVector, VectorKernels } from '@sharemesh/kernels/field/vector';
import { MeshError } from '@sharemesh/wire/errors';

/** The finest fixed-point scale, 2^-60. */
export const MAX_FRACTION_BITS = 60;

/**
 * Reals as fixed-point field elements: round-half-even(x·2^fractionBits) mod p.
 *
 * @param x any shape, flattened; every value finite with |x·2^fractionBits| < 2^60
 * @param fractionBits integer in [0, 60]
 * @throws MeshError INVALID_INPUT for NaN, an infinity or fraction bits out of range; INPUT_OUT_OF_RANGE for a value
 * too large for the scale
 */
export function encode(kernels: VectorKernels, x: Float64Array, fractionBits: number): FieldVector {
  requireFractionBits(fractionBits);
  // The limit is a power of two, so the comparison is exact.
  if (maxMagnitude(x) >= 2 ** (60 - fractionBits)) {
    throw new MeshError(
      'INPUT_OUT_OF_RANGE',
      `an input is not below 2^${60 - fractionBits}, the limit at ${fractionBits} fraction bits`,
    );
  }
  return kernels.encodeFixed(x, fractionBits);
}

/**
 * The outputs of an integer matrix as reals: out[b·n + i] = centre(y[b·n + i])·2^-fractionBits·rowScales[i].
 *
 * @param y batch × n outputs, row-major, n = rowScales.length
 * @param fractionBits those the input was encoded with
 * @param rowScales the real value of one unit of each row's integer weights
 * @throws MeshError INVALID_INPUT when y is not whole rows
 */
export function decode(
  kernels: VectorKernels,
  y: FieldVector,
  fractionBits: number,
  rowScales: Float64Array,
): Float64Array {
  requireFractionBits(fractionBits);
  if (rowScales.length === 0 ? y.length > 0 : y.length % rowScales.length !== 0) {
    throw new MeshError('INVALID_INPUT', `${y.length} outputs are not whole rows of ${rowScales.length}`);
  }
  // A power of two scales without rounding, so the only rounding is that of the product.
  const unit = 2 ** -fractionBits;
  return kernels.decodeFixed(
    y,
    rowScales.map((scale) => scale * unit),
  );
}

/**
 * max |x|, the magnitude an overflow certificate is made for; 0 for no values.
 *
 * @throws MeshError INVALID_INPUT for NaN or an infinity
 */
export function maxMagnitude(x: Float64Array): number {
  let max = 0;
  for (let i = 0; i < x.length; i++) {
    const magnitude = Math.abs(x[i]!);
    // Also false for NaN.
    if (!(magnitude < Infinity)) throw new MeshError('INVALID_INPUT', 'an input is not a finite number');
    if (magnitude > max) max = magnitude;
  }
  return max;
}

function requireFractionBits(fractionBits: number): void {
  if (!Number.isInteger(fractionBits) || fractionBits < 0 || fractionBits > MAX_FRACTION_BITS) {
    throw new MeshError('INVALID_INPUT', `fraction bits are an integer from 0 to ${MAX_FRACTION_BITS}`);
  }
}
