import { degree, divide, interpolatePolynomial, multiply, subtract } from './polynomial.ts';
import type { Polynomial } from './polynomial.ts';

/**
 * Decode a Reed–Solomon word with errors: the polynomial of degree below `dimension` that agrees with all but at most
 * ⌊(r − dimension)/2⌋ of the r given values, or undefined when there is none.
 *
 * Gao, "A new algorithm for decoding Reed–Solomon codes" (2003): the extended Euclidean algorithm on the polynomial that
 * vanishes at all points and the one through all values, stopped half-way, leaves f·(error locator) and the locator.
 *
 * @param points distinct
 */
export function decodeReedSolomon(
  points: readonly bigint[],
  values: readonly bigint[],
  dimension: number,
): Polynomial | undefined {
  let previous = points.reduce<Polynomial>((product, point) => multiply(product, [-point, 1n]), [1n]);
  let current = interpolatePolynomial(points, values);
  let previousLocator: Polynomial = [];
  let locator: Polynomial = [1n];
  while (2 * degree(current) >= points.length + dimension) {
    const { quotient, remainder } = divide(previous, current);
    [previous, current] = [current, remainder];
    [previousLocator, locator] = [locator, subtract(previousLocator, multiply(quotient, locator))];
  }
  const { quotient, remainder } = divide(current, locator);
  return remainder.length === 0 && quotient.length <= dimension ? quotient : undefined;
}
