import type { Address } from '@sharemesh/kernels/rlwe';
import { centre, modulo } from '../rlwe/ring.ts';
import type { Ring } from '../rlwe/ring.ts';

const DIGIT = 30n;

/**
 * message = round(q·v/t) for signed words v: (q·v − r)/t ≡ −r·t^-1 with r the centred remainder of q·v modulo t, as q is 0
 * in every residue.
 *
 * @param values n signed words
 * @param t plaintext modulus below 2^60, coprime to q
 */
export function scaleUp(ring: Ring, t: bigint, message: Address, values: Address): void {
  const { kernels, degree } = ring;
  const modulus = ring.modulus();
  const remainderOfOne = modulus % t;
  ring.scratch(() => {
    const digits = kernels.allocate(2 * degree);
    const remainders = new Int32Array(kernels.words(digits, 2 * degree).buffer, digits, 2 * degree);
    const signed = new Int32Array(remainders.buffer, values, degree);
    for (let i = 0; i < degree; i++) {
      if (signed[i] === 0) continue;
      const remainder = centre(remainderOfOne * BigInt(signed[i]!), t);
      const low = BigInt.asUintN(Number(DIGIT), remainder);
      remainders[i] = Number(low);
      remainders[degree + i] = Number((remainder - low) >> DIGIT);
    }
    const inverse = modulo(-inverseModulo(t, modulus), modulus);
    ring.fromDigits(message, digits, [inverse, inverse << DIGIT]);
  });
}

/** round(t·phase/modulus), centred modulo t. */
export function scaleDown(phase: bigint, modulus: bigint, t: bigint): bigint {
  const shifted = 2n * t * phase + modulus;
  return centre((shifted - modulo(shifted, 2n * modulus)) / (2n * modulus), t);
}

/** a^-1 modulo m, by Euclid's algorithm. Takes public numbers only. */
function inverseModulo(a: bigint, m: bigint): bigint {
  let [r0, r1, s0, s1] = [m, modulo(a, m), 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1];
  }
  if (r0 !== 1n) throw new RangeError('the plaintext modulus shares a factor with the modulus');
  return modulo(s0, m);
}
