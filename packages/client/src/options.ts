import type { CheckVector } from '@sharemesh/shares/checks';
import type { Phase } from './backend.ts';

/** Which model, as the servers list it. */
export interface ModelChoice {
  readonly id: string;
  /** Needed only where a server lists several. */
  readonly version?: string;
  /** `sha256:…`: refuse any other, so that not even all servers together can swap the model. */
  readonly digest?: string;
}

/** How the input is split between the parties. */
export type SharingChoice =
  /** All parties are needed. */
  | { readonly scheme: 'additive' }
  /** Any `threshold` of the parties are enough, and fewer than `threshold` learn nothing. */
  | {
      readonly scheme: 'shamir';
      readonly threshold: number;
      /**
       * What replies beyond the threshold are for, where they are not verified one by one. Of r replies, with t the threshold:
       *
       * - `detect`, the default: up to r − t wrong ones are always noticed, and the inference fails with
       *   INCONSISTENT_REPLIES. None is corrected.
       * - `correct`: up to ⌊(r − t)/2⌋ wrong ones are corrected; one more is still noticed where r − t is odd. More, if
       *   their parties collude, can make another answer of their choice pass, and honest parties appear as those that
       *   disagree.
       *
       * With r = t there is nothing to compare: `report.layers[].agreement` says how many there were. Either needs the
       * parties not to collude in larger numbers; `verification` does not.
       */
      readonly surplus?: 'detect' | 'correct';
    };

/**
 * How the parties' replies are checked before they are used.
 *
 * - `none`: honest parties are assumed. Shamir sharing still notices wrong replies when more than `threshold` arrive.
 * - `freivalds`: every reply is checked against a secret linear form of the weights; needs `checks`. A wrong reply
 *   passes with probability 2^-61.
 * - `cross`: the same, with a form that the parties compute at `connect` from secret seeds, each one a part, and that is
 *   proven on a random canary first. Needs nothing; a model that all parties agree to falsify goes unnoticed.
 */
export type Verification = 'none' | 'freivalds' | 'cross';

/** Where the check vectors come from. */
export type CheckSource =
  /** The client has the weights: planes by layer, as in a bundle. Check vectors are drawn fresh for this connection. */
  | { readonly planes: readonly (readonly Int16Array[])[] }
  /** Someone who has the weights drew them for this client: one for each layer. They are secrets. */
  | { readonly vectors: readonly CheckVector[] };

export interface Progress {
  /** Index of the layer that is being worked on. */
  readonly layer: number;
  readonly layers: number;
  readonly phase: Phase;
}

/** What both ways to infer have in common. */
export interface CommonOptions {
  readonly model: string | ModelChoice;
  /** Time for `connect` and, unless a call says otherwise, for each inference. Default 30,000. */
  readonly deadlineMs?: number;
  /** How often a request is sent again after a failure that may pass. Default 2. */
  readonly retries?: number;
  /** Bearer token, or the one for each server by its URL without a slash at the end: a party must not be able to use another's. */
  readonly token?: string | ((party: string) => string | undefined);
  /**
   * Refuse, at `connect`, a model that keeps fewer binary digits of a layer's inputs, counted from the largest of each
   * row. Default 12.
   */
  readonly minSignificantBits?: number;
  /**
   * Round the inputs of every layer to exactly this many binary digits after the point; a row too large for them is
   * INPUT_OUT_OF_RANGE. Default: by the row's magnitude.
   */
  readonly fractionBits?: number;
  /** Allow plain http to other machines. */
  readonly allowInsecure?: boolean;
  /** Cancels `connect`. */
  readonly signal?: AbortSignal;
  /** Called as each phase of each layer begins. What it throws is ignored. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface PartiesOptions extends CommonOptions {
  /** One URL for each party, 2 … 16, run by different people. Party n, the last, is the one of the online phase. */
  readonly parties: readonly string[];
  /** Default additive. */
  readonly sharing?: SharingChoice;
  /** Default true: seeds instead of vectors where possible. False: privacy against unlimited computation. */
  readonly seeded?: boolean;
  /** Default false: send 61 bits an element rather than 64. */
  readonly packed?: boolean;
  /** Default none. */
  readonly verification?: Verification;
  /** What replies are checked against under `freivalds`; the other ways need none. */
  readonly checks?: CheckSource;
  /**
   * Default false. True: refuse parties without a signing key at `connect`, and every reply without a valid receipt. A signed
   * reply that is wrong is evidence (see `recordReceipts`); an unsigned one is not.
   */
  readonly requireReceipts?: boolean;
  /** How long prepared material may wait for its inference. Default 600,000. */
  readonly preparedMaxAgeMs?: number;
  /** Accept parties that show signs of being one and the same. */
  readonly allowColocated?: boolean;
}

export interface BridgeOptions extends CommonOptions {
  readonly bridge: string;
  /** Default ckks. */
  readonly scheme?: 'ckks' | 'bfv';
  /** Default circuit-private. */
  readonly tier?: 'circuit-private' | 'public-model';
}

export type ConnectOptions = PartiesOptions | BridgeOptions;

export interface InferOptions {
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

/** Below this an answer would be a surprise: each input is exact to 1/4096 of the largest. */
export const DEFAULT_MIN_SIGNIFICANT_BITS = 12;
export const DEFAULT_PREPARED_MAX_AGE_MS = 600_000;
export const DEFAULT_DEADLINE_MS = 30_000;
export const DEFAULT_RETRIES = 2;
