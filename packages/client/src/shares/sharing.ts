import {
  correctShamir,
  reconstructAdditive,
  reconstructShamir,
  shareAdditive,
  shareShamir,
} from '@sharemesh/shares';
import type { FieldVector, PartyReply, Share, SharingOptions } from '@sharemesh/shares';
import type { FieldKernels } from '@sharemesh/kernels/field';
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
  share(kernels: FieldKernels, secret: FieldVector, options: Omit<SharingOptions, 'parties'>): Share[];
  /** @throws MeshError INCONSISTENT_REPLIES where replies are wrong and which cannot be told */
  reconstruct(kernels: FieldKernels, replies: readonly PartyReply[]): Reconstruction;
}

/** The scheme the caller chose, for as many parties as there are. */
export function openSharing(choice: SharingChoice, parties: number): Sharing {
  if (choice.scheme === 'additive') {
    return {
      scheme: 'additive',
      parties,
      threshold: parties,
      share: (kernels, secret, options) => shareAdditive(kernels, secret, { ...options, parties }),
      reconstruct: (kernels, replies) => ({
        vector: reconstructAdditive(
          kernels,
          replies.map((reply) => reply.vector),
        ),
        liars: [],
      }),
    };
  }
  const { threshold } = choice;
  return {
    scheme: 'shamir',
    parties,
    threshold,
    share: (kernels, secret, options) => shareShamir(kernels, secret, { ...options, parties, threshold }),
    reconstruct: (kernels, replies) =>
      replies.length > threshold
        ? correctShamir(kernels, replies, threshold)
        : { vector: reconstructShamir(kernels, replies, threshold), liars: [] },
  };
}
