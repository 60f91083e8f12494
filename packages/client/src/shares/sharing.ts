import { reconstructAdditive, shareAdditive } from '@sharemesh/shares/core';
import type { FieldVector, Share, SharingOptions } from '@sharemesh/shares/core';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { VectorKernels } from '@sharemesh/kernels/field/vector';
import type { SharingChoice } from '../options.ts';

export interface Reconstruction {
  /** W·x mod p. */
  readonly vector: FieldVector;
  /** Parties whose replies were found wrong, by the surplus of replies, and left out. */
  readonly liars: readonly number[];
}

/** A sharing scheme with its parameters fixed: how a secret is split, and put together again. */
export interface Sharing {
  readonly scheme: 'additive' | 'shamir';
  readonly parties: number;
  /** The fewest replies that reconstruct. */
  readonly threshold: number;
  share(kernels: VectorKernels, secret: FieldVector, options: Omit<SharingOptions, 'parties'>): Share[];
  /** @throws MeshError INCONSISTENT_REPLIES where replies are wrong and which cannot be told */
  reconstruct(kernels: VectorKernels, replies: readonly PartyReply[]): Reconstruction;
}

/** The scheme the caller chose, for as many parties as there are. Shamir's is loaded when it is first asked for. */
export async function openSharing(choice: SharingChoice, parties: number): Promise<Sharing> {
  if (choice.scheme === 'additive') return additiveSharing(parties);
  const { shamirSharing } = await import('./shamir-sharing.ts');
  return shamirSharing(choice.threshold, parties);
}

const additiveSharing = (parties: number): Sharing => ({
  scheme: 'additive',
  parties,
  threshold: parties,
  share: (kernels, secret, options) => shareAdditive(kernels, secret, { ...options, parties }),
  reconstruct(kernels, replies) {
    const vectors = replies.map((reply) => reply.vector);
    return { vector: reconstructAdditive(kernels, vectors), liars: [] };
  },
});
