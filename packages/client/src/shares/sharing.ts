import type { FieldVector, Share, SharingOptions } from '@sharemesh/shares/core';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { VectorKernels } from '@sharemesh/kernels/field/vector';
import type { ModelInfo } from '@sharemesh/wire';
import type { MeshError } from '@sharemesh/wire/errors';
import type { Fault, RequestRecord } from '../backend.ts';
import type { Candidate } from './candidate.ts';

/** How parties are met, and what keeps two of them apart. */
export interface Admission {
  /** What errors and reports call the parties; party k is parties[k − 1]. */
  readonly parties: readonly string[];
  /**
   * Ask a party who it is and what it serves. `again`: some time after `connect`, for the model in use.
   * @throws MeshError naming the party
   */
  meet(
    partyId: number,
    again?: { readonly model: ModelInfo; readonly signal: AbortSignal },
  ): Promise<Candidate>;
  /** Why shares must not go to both. */
  conflict(one: Candidate, other: Candidate): MeshError | undefined;
}

/** The parties that shares are sent to. */
export interface Members {
  /** In the order of their ids; as many as the scheme needs, or more. They serve the same model and have no conflict. */
  readonly list: readonly Candidate[];
  /** The most rows that each of them takes in one request. */
  readonly maxBatch: number;
  /** Parties that do not take part for now, and why. Absent under a scheme that needs all. */
  readonly excluded?: readonly Fault[];
  /** Ask parties that do not take part, where it is time to, whether they can by now. Does not wait for them. */
  invite?(): void;
  /**
   * Do what every member has to take part in. Where the scheme can do without a member that fails, that one is left out
   * and the work begins anew.
   */
  together<T>(work: (members: readonly Candidate[]) => Promise<T>): Promise<T>;
  /** Ask nobody any more. */
  close?(): void;
}

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
  /** What the replies said of each other. Absent where none is beyond need. */
  readonly agreement?: {
    /** How many there were beyond the threshold. */
    readonly surplus: number;
    /** Parties whose replies do not agree with the rest, and were left out. */
    readonly disagreeing: readonly number[];
  };
}

/** A sharing scheme with its parameters fixed: how a secret is split, and put together again. */
export interface Sharing {
  readonly scheme: 'additive' | 'shamir';
  readonly parties: number;
  /** The fewest replies that reconstruct. */
  readonly threshold: number;
  /** Choose whom shares are sent to. @throws MeshError where too few can take part */
  admit(admission: Admission): Promise<Members>;
  share(kernels: VectorKernels, secret: FieldVector, options: Omit<SharingOptions, 'parties'>): Share[];
  /**
   * Wait for as many replies as are needed. All requests are under way already; the caller cancels those that are still
   * open afterwards. Nothing here depends on what the replies hold.
   *
   * @throws the first failure where every reply is needed, else MeshError NOT_ENOUGH_REPLIES
   */
  gather(requests: readonly Promise<PartyReply>[], options: GatherOptions): Promise<Gathered>;
  /** @throws MeshError INCONSISTENT_REPLIES where replies contradict each other and none is to be corrected, or too many */
  reconstruct(kernels: VectorKernels, replies: readonly PartyReply[]): Reconstruction;
}
