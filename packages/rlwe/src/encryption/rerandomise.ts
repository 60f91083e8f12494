import type { Address } from '@sharemesh/kernels/rlwe';
import { MASK_BITS } from '../ring/noise.ts';
import { drawSecret } from '../ring/randomness.ts';
import type { Ring } from '../ring/ring.ts';

/** A client's public key as the server holds it: both halves in the NTT domain. */
export interface PublicKey {
  readonly p0: Address;
  readonly p1: Address;
}

/**
 * Add u·(p0, p1), u uniform with coefficients of MASK_BITS bits, to a ciphertext in the NTT domain: the first half of a
 * fresh encryption of zero. `addMaskError` is the second, in coefficients.
 */
export function addMask(ring: Ring, c0: Address, c1: Address, { p0, p1 }: PublicKey): void {
  const { kernels, degree } = ring;
  ring.scratch(() => {
    const u = sampleMask(ring, 'mask');
    ring.forward(u);
    ring.limbs.forEach(({ p }, k) => {
      for (const [target, half] of [
        [ring.limb(c0, k), p0],
        [ring.limb(c1, k), p1],
      ] as const) {
        kernels.multiplyAdd(target, ring.limb(u, k), ring.limb(half, k), target, degree, p);
      }
    });
  });
}

/** c1 += f, f uniform with coefficients of MASK_BITS bits; c1 in coefficients. */
export function addMaskError(ring: Ring, c1: Address): void {
  const { kernels, degree } = ring;
  ring.scratch(() => {
    const f = sampleMask(ring, 'mask error');
    ring.limbs.forEach(({ p }, k) => {
      kernels.add(ring.limb(c1, k), ring.limb(c1, k), ring.limb(f, k), degree, p);
    });
  });
}

function sampleMask(ring: Ring, purpose: 'mask' | 'mask error'): Address {
  const { kernels, degree } = ring;
  const element = ring.allocate();
  const signed = kernels.allocate(degree);
  drawSecret(purpose, (message) => kernels.sampleSigned(signed, degree, MASK_BITS, message));
  ring.fromDigits(element, signed);
  return element;
}

const DIGIT_BITS = 30;

/**
 * values += g, g uniform on [−2^bits, 2^bits): flooding noise that hides all noise much smaller than it.
 * @param values `count` coefficients (a multiple of 8), residues at 4·count bytes
 */
export function addFlood(ring: Ring, values: Address, count: number, bits: number): void {
  const { kernels } = ring;
  const width = bits + 1;
  const digits = Math.ceil(width / DIGIT_BITS);
  ring.scratch(() => {
    const words = kernels.allocate(digits * count);
    const drawDigit = (message: Uint8Array, j: number) => {
      // the top digit is balanced, the others are not: together they cover the interval once
      const top = j === digits - 1;
      const size = top ? width - DIGIT_BITS * j : DIGIT_BITS;
      const run = words + 4 * count * j;
      kernels.sampleSigned(run, count, size, message);
      if (!top) shift(new Int32Array(kernels.words(run, count).buffer, run, count), 2 ** (size - 1));
    };
    drawSecret('flood', drawDigit, digits);
    const residues = kernels.allocate(count);
    ring.limbs.forEach(({ p }, k) => {
      const weights = Array.from({ length: digits }, (_, j) =>
        Number(2n ** BigInt(DIGIT_BITS * j) % BigInt(p)),
      );
      kernels.combineDigits(residues, words, weights, count, p);
      const target = values + 4 * count * k;
      kernels.add(target, target, residues, count, p);
    });
  });
}

function shift(values: Int32Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i]! += by;
}
