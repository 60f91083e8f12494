import type { Address } from '@sharemesh/kernels/rlwe';
import { randomSeed, streamMessage } from '../ring/randomness.ts';
import type { Ring } from '../ring/ring.ts';

/** A ternary secret s, kept in the NTT domain. It never leaves the memory of the ring's kernels. */
export interface SecretKey {
  readonly s: Address;
}

/** s with coefficients uniform in {−1, 0, 1}. Lives as long as the ring's memory: `release` wipes it. */
export function generateSecretKey(ring: Ring): SecretKey {
  const { kernels, degree } = ring;
  const s = ring.allocate();
  const seed = randomSeed();
  ring.scratch(() => {
    const signed = kernels.allocate(degree);
    kernels.sampleTernary(signed, degree, streamMessage('secret', seed));
    ring.fromDigits(s, signed);
  });
  seed.fill(0);
  ring.forward(s);
  return { s };
}
