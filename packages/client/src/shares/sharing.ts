import type { FieldVector, Share, SharingOptions } from '@sharemesh/shares/core';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { VectorKernels } from '@sharemesh/kernels/field/vector';
import type { Fault, RequestRecord } from '../backend.ts';

/** What the replies of one sharing are waited for with. */
export interface GatherOptions {
  /** What errors and reports call the parties, in the order of the requests. */
  readonly parties: readonly string[];
  /** Is every reply checked on its own? A surplus of replies then shows nothing more. */
  readonly verified: boolean;
  /** The exchanges of this inference; those of this sharing come after the first `logged`. */
  readonly requestLog: readonly RequestRecord[];
  readonly logged: number;
}

/** What came of a sharing. */
export interface Gathered {
  /** In the order of the shares (additive), or of their arrival (shamir). */
  readonly replies: PartyReply[];
  /** Parties that failed before there were enough replies. */
  readonly faults: Fault[];
  /** Parties that had neither replied nor failed when there were enough; absent where all are needed. */
  readonly late?: string[];
}

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
  /**
   * Wait for as many replies as are needed. All requests are under way already; the caller cancels those that are still
   * open afterwards. Nothing here depends on what the replies hold.
   *
   * @throws the first failure where every reply is needed, else MeshError NOT_ENOUGH_REPLIES
   */
  gather(requests: readonly Promise<PartyReply>[], options: GatherOptions): Promise<Gathered>;
  /** @throws MeshError INCONSISTENT_REPLIES where replies are wrong and which cannot be told */
  reconstruct(kernels: VectorKernels, replies: readonly PartyReply[]): Reconstruction;
}
