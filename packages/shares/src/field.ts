import { P } from '@sharemesh/kernels/field/vector';
import type { FieldVector } from '@sharemesh/kernels/field/vector';

export { P };
export type { FieldVector };

/** The largest number of parties, and of evaluation points, that a sharing can have. */
export const MAX_PARTIES = 16;

/** The representative of `a` in [0, p), for any integer. */
export function mod(a: bigint): bigint {
  const rest = a % P;
  return rest < 0n ? rest + P : rest;
}

/** The representative of `a` in (−p/2, p/2): how a field element stands for a signed integer. */
export function centre(a: bigint): bigint {
  const residue = mod(a);
  return residue > P >> 1n ? residue - P : residue;
}

/** base^exponent mod p by squaring, for exponent ≥ 0. */
export function modPower(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new RangeError('the exponent must not be negative');
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/**
 * a⁻¹ mod p by the extended Euclidean algorithm: a few steps for the small denominators of Lagrange coefficients.
 * Its running time depends on `a`, so it is for public values only. Zero has no inverse (RangeError).
 */
export function modInverse(a: bigint): bigint {
  let [previous, current] = [P, mod(a)];
  let [previousFactor, factor] = [0n, 1n];
  while (current > 1n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [previousFactor, factor] = [factor, previousFactor - quotient * factor];
  }
  if (current === 0n) throw new RangeError('zero has no inverse');
  return mod(factor);
}

/** Are the vectors the same, element for element? Not in constant time: for values the caller may know. */
export function equalVectors(a: FieldVector, b: FieldVector): boolean {
  if (a.length !== b.length) return false;
  // Halves of 32 bits: reading them makes no BigInt.
  const left = new Uint32Array(a.buffer, a.byteOffset, 2 * a.length);
  const right = new Uint32Array(b.buffer, b.byteOffset, 2 * b.length);
  return left.every((half, i) => half === right[i]);
}
