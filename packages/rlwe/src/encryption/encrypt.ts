import type { Address } from '@sharemesh/kernels/rlwe';
import { drawSecret, randomSeed, streamMessage } from '../ring/randomness.ts';
import type { PublicPurpose } from '../ring/randomness.ts';
import type { Ring } from '../ring/ring.ts';
import type { SecretKey } from './secret-key.ts';

/** a: the uniform half of a ciphertext or key, in the NTT domain, from its public seed. */
export function expandUniform(ring: Ring, a: Address, seed: Uint8Array, purpose: PublicPurpose): void {
  ring.limbs.forEach(({ p }, k) => {
    ring.kernels.sampleUniform(ring.limb(a, k), ring.degree, p, streamMessage(purpose, seed, k));
  });
}

/**
 * Seeded symmetric encryption: (c0, a) with c0 = m + e − a·s, so that c0 + a·s = m + e.
 *
 * @param c0 receives c0 in the NTT domain
 * @param message m in coefficients, an element; overwritten
 * @returns the seed of a: it travels in place of it
 */
export function encryptSeeded(ring: Ring, key: SecretKey, c0: Address, message: Address): Uint8Array {
  const seed = randomSeed();
  addError(ring, message, 'error');
  maskWithKey(ring, key, c0, message, seed, 'uniform');
  return seed;
}

/**
 * The public key (p0, p1) with p1 from a seed and p0 = e − p1·s: an encryption of zero, for others to re-randomise with.
 * @returns the seed of p1
 */
export function generatePublicKey(ring: Ring, key: SecretKey, p0: Address): Uint8Array {
  const seed = randomSeed();
  ring.scratch(() => {
    const error = ring.allocate();
    addError(ring, error, 'key error');
    maskWithKey(ring, key, p0, error, seed, 'public key');
  });
  return seed;
}

/** message += e, e centred binomial of variance 10.5 and at most 21 (standard deviation 3.24). */
function addError(ring: Ring, message: Address, purpose: 'error' | 'key error'): void {
  const { kernels, degree } = ring;
  ring.scratch(() => {
    const signed = kernels.allocate(degree);
    const error = ring.allocate();
    drawSecret(purpose, (stream) => kernels.sampleBinomial(signed, degree, stream));
    ring.fromDigits(error, signed);
    ring.limbs.forEach(({ p }, k) => {
      const target = ring.limb(message, k);
      kernels.add(target, target, ring.limb(error, k), degree, p);
    });
  });
}

/** c0 = NTT(message) − a·s with a from the seed. Leaves `message` transformed. */
function maskWithKey(
  ring: Ring,
  key: SecretKey,
  c0: Address,
  message: Address,
  seed: Uint8Array,
  purpose: PublicPurpose,
): void {
  const { kernels, degree } = ring;
  ring.forward(message);
  ring.scratch(() => {
    const a = ring.allocate();
    expandUniform(ring, a, seed, purpose);
    ring.limbs.forEach(({ p }, k) => {
      const [target, m] = [ring.limb(c0, k), ring.limb(message, k)];
      kernels.multiplySubtract(target, ring.limb(a, k), ring.limb(key.s, k), m, degree, p);
    });
  });
}

/**
 * r = c1·s in coefficients, modulo the first `limbs` primes: what added to c0 gives the message and its noise.
 * @param c1 in coefficients; overwritten with the result
 */
export function multiplyBySecret(ring: Ring, key: SecretKey, c1: Address, limbs: number): void {
  ring.forward(c1, limbs);
  for (let k = 0; k < limbs; k++) {
    const target = ring.limb(c1, k);
    ring.kernels.multiply(target, target, ring.limb(key.s, k), ring.degree, ring.limbs[k]!.p);
  }
  ring.inverse(c1, limbs);
}
