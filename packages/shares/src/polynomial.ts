import { mod, modInverse } from './field.ts';

/** Coefficients over F_p, lowest degree first, the last one not zero; the zero polynomial is []. */
export type Polynomial = readonly bigint[];

/** The degree, −1 for the zero polynomial. */
export const degree = (f: Polynomial) => f.length - 1;

/** f(at), by Horner's rule. */
export function evaluate(f: Polynomial, at: bigint): bigint {
  return f.reduceRight((value, coefficient) => mod(value * at + coefficient), 0n);
}

export function multiply(f: Polynomial, g: Polynomial): Polynomial {
  const product = Array.from({ length: Math.max(f.length + g.length - 1, 0) }, () => 0n);
  for (const [i, a] of f.entries()) {
    for (const [j, b] of g.entries()) product[i + j] = mod(product[i + j]! + a * b);
  }
  return trim(product);
}

export function subtract(f: Polynomial, g: Polynomial): Polynomial {
  return trim(
    Array.from({ length: Math.max(f.length, g.length) }, (_, i) => mod((f[i] ?? 0n) - (g[i] ?? 0n))),
  );
}

/** f = quotient·g + remainder with degree(remainder) < degree(g). `g` is not zero. */
export function divide(f: Polynomial, g: Polynomial): { quotient: Polynomial; remainder: Polynomial } {
  const remainder = [...f];
  const quotient = Array.from({ length: Math.max(f.length - g.length + 1, 0) }, () => 0n);
  const inverse = modInverse(g.at(-1)!);
  for (let shift = quotient.length - 1; shift >= 0; shift--) {
    const factor = mod(remainder[shift + g.length - 1]! * inverse);
    quotient[shift] = factor;
    for (const [i, b] of g.entries()) remainder[shift + i] = mod(remainder[shift + i]! - factor * b);
  }
  return { quotient: trim(quotient), remainder: trim(remainder) };
}

/** The polynomial of degree below points.length through all (points[i], values[i]), by Newton's divided differences. */
export function interpolatePolynomial(points: readonly bigint[], values: readonly bigint[]): Polynomial {
  let f: Polynomial = [];
  let vanishing: Polynomial = [1n];
  for (const [i, point] of points.entries()) {
    const factor = mod((values[i]! - evaluate(f, point)) * modInverse(evaluate(vanishing, point)));
    f = subtract(f, multiply(vanishing, trim([mod(-factor)])));
    vanishing = multiply(vanishing, [mod(-point), 1n]);
  }
  return f;
}

function trim(coefficients: bigint[]): Polynomial {
  while (coefficients.at(-1) === 0n) coefficients.pop();
  return coefficients;
}
