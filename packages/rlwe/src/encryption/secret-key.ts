import type { Address } from '@sharemesh/kernels/rlwe';
import { drawSecret } from '../ring/randomness.ts';
import type { Ring } from '../ring/ring.ts';

/** A ternary secret s, kept in the NTT domain. It never leaves the memory of the ring's kernels. */
export interface SecretKey {
  readonly s: Address;
}

/** s with coefficients uniform in {−1, 0, 1}. Lives as long as the ring's memory: `release` wipes it. */
export function generateSecretKey(ring: Ring): SecretKey {
  const { kernels, degree } = ring;
  const s = ring.allocate();
  ring.scratch(() => {
    const signed = kernels.allocate(degree);
    drawSecret('secret', (message) => kernels.sampleTernary(signed, degree, message));
    ring.fromDigits(s, signed);
  });
  ring.forward(s);
  return { s };
}
