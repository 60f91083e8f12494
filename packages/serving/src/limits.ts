/** What one server spends on its clients. Every default is finite; sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Largest body of any request; models may set a lower one in their constraints. */
  readonly maxBodyBytes: number;
  /** A body must begin to arrive this long after its headers, and arrive at this rate on average. */
  readonly bodyTimeoutMs: number;
  readonly minBodyBytesPerSecond: number;
  /** How long POST /v1/infer waits for its result before it answers 202. */
  readonly waitMs: number;
  /** How long one piece of work may run before the server gives up on it. */
  readonly runTimeoutMs: number;
  /** Pieces of work that wait for their turn; beyond it, 503. */
  readonly maxQueued: number;
  /**
   * Pieces of work of one owner that wait for their turn. Default: a quarter of `maxQueued` where there are tokens, all of it
   * where everyone is one owner.
   */
  readonly maxQueuedPerOwner: number;
  /** Request bytes held at once, from the first byte read to the end of the work; beyond it, 503. */
  readonly maxInFlightBytes: number;
  /** Of one owner; default as for `maxQueuedPerOwner`, and never less than one body. */
  readonly maxInFlightBytesPerOwner: number;
  /** How long a finished request is remembered, for retries and GET /v1/jobs. */
  readonly jobTtlMs: number;
  /** How long a server that is closing waits for clients to collect the results they were promised with a 202. */
  readonly lingerMs: number;
  /** Finished requests remembered per owner; the oldest are forgotten first. */
  readonly maxJobsPerOwner: number;
  /** Bytes of remembered requests and results per owner. */
  readonly maxJobBytesPerOwner: number;
}

export const defaultLimits: Omit<Limits, 'maxQueuedPerOwner' | 'maxInFlightBytesPerOwner'> = {
  maxBodyBytes: 32 * 2 ** 20,
  bodyTimeoutMs: 30_000,
  minBodyBytesPerSecond: 16_384,
  waitMs: 30_000,
  runTimeoutMs: 120_000,
  maxQueued: 64,
  maxInFlightBytes: 256 * 2 ** 20,
  jobTtlMs: 120_000,
  lingerMs: 5_000,
  maxJobsPerOwner: 4_096,
  maxJobBytesPerOwner: 32 * 2 ** 20,
};

/** The part of a server that one token's holder may take from the others. */
const OWNER_SHARE = 1 / 4;

/** The limits of a server: what was asked for, and defaults; each owner's share where owners are told apart. */
export function limitsOf(given: Partial<Limits>, hasTokens: boolean): Limits {
  const limits = { ...defaultLimits, ...given };
  const share = hasTokens ? OWNER_SHARE : 1;
  return {
    maxQueuedPerOwner: Math.ceil(limits.maxQueued * share),
    maxInFlightBytesPerOwner: Math.max(limits.maxInFlightBytes * share, limits.maxBodyBytes),
    ...limits,
  };
}
