import { reconstructAdditive, shareAdditive } from '@sharemesh/shares/core';
import type { SharingChoice } from '../options.ts';
import type { Sharing } from './sharing.ts';

/** The scheme the caller chose, for as many parties as there are. Shamir's is loaded when it is first asked for. */
export async function openSharing(choice: SharingChoice, parties: number): Promise<Sharing> {
  if (choice.scheme === 'additive') return additiveSharing(parties);
  const { shamirSharing } = await import('./shamir-sharing.ts');
  return shamirSharing(choice.threshold, parties);
}

/** Every reply is needed, and none says anything about another. */
const additiveSharing = (parties: number): Sharing => ({
  scheme: 'additive',
  parties,
  threshold: parties,
  share: (kernels, secret, options) => shareAdditive(kernels, secret, { ...options, parties }),
  gather: async (requests) => ({ replies: await Promise.all(requests), faults: [] }),
  reconstruct(kernels, replies) {
    const vectors = replies.map((reply) => reply.vector);
    return { vector: reconstructAdditive(kernels, vectors), liars: [] };
  },
});
