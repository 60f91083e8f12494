import type { FieldVector } from './kernels.ts';

/** The largest |x·2^fractionBits| that `encodeFixed` takes: both signs stay clear of each other in [0, p). */
export const ENCODE_LIMIT = 2 ** 60;

/** @throws {RangeError} with this message unless the condition holds */
export function requireThat(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new RangeError(message());
}

/** @throws {RangeError} unless both vectors have one length */
export function checkSameLength(a: FieldVector, b: FieldVector): void {
  requireThat(a.length === b.length, () => `vectors of ${a.length} and ${b.length} elements do not match`);
}

/** @throws {RangeError} unless there is one coefficient per vector and all vectors have one length */
export function checkCombination(coefficients: FieldVector, vectors: readonly FieldVector[]): void {
  requireThat(
    coefficients.length === vectors.length && vectors.length > 0,
    () => `${coefficients.length} coefficients do not match ${vectors.length} vectors`,
  );
  for (const vector of vectors) checkSameLength(vectors[0]!, vector);
}

/** @throws {RangeError} unless 2^fractionBits is a finite double of at least one */
export function checkFractionBits(fractionBits: number): void {
  requireThat(
    Number.isInteger(fractionBits) && fractionBits >= 0 && fractionBits < 1024,
    () => 'fraction bits must be an integer from 0 to 1023',
  );
}

/** What `encodeFixed` throws for an element that is not finite or too large. It does not say the element. */
export function encodeRangeError(fractionBits: number): RangeError {
  return new RangeError(`an element is not finite or exceeds the range at ${fractionBits} fraction bits`);
}

/** @throws {RangeError} unless `y` holds whole rows of `scales.length` elements */
export function checkDecode(y: FieldVector, scales: Float64Array): void {
  requireThat(
    scales.length === 0 ? y.length === 0 : y.length % scales.length === 0,
    () => `${y.length} elements are not whole rows of ${scales.length}`,
  );
}

/** @throws {RangeError} unless `domain` is one RFC 9861 allows and `length` a length */
export function checkXof(domain: number, length: number): void {
  requireThat(
    Number.isInteger(domain) && domain >= 1 && domain <= 127,
    () => 'the domain byte must be an integer from 1 to 127',
  );
  requireThat(Number.isSafeInteger(length) && length >= 0, () => 'the length must be a non-negative integer');
}
