/** What one server spends on its clients. Every default is finite; sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Largest body of any request; models may set a lower one in their constraints. */
  readonly maxBodyBytes: number;
  /** A body must have arrived whole this long after its headers. */
  readonly bodyTimeoutMs: number;
  /** How long POST /v1/infer waits for its result before it answers 202. */
  readonly waitMs: number;
  /** How long one piece of work may run before the server gives up on it. */
  readonly runTimeoutMs: number;
  /** Pieces of work that wait for their turn; beyond it, 503. */
  readonly maxQueued: number;
  /** Pieces of work of one owner that wait for their turn. */
  readonly maxQueuedPerOwner: number;
  /** Request bytes held at once, from the first byte read to the end of the work; beyond it, 503. */
  readonly maxInFlightBytes: number;
  /** How long a finished request is remembered, for retries and GET /v1/jobs. */
  readonly jobTtlMs: number;
  /** How long a server that is closing waits for clients to collect the results they were promised with a 202. */
  readonly lingerMs: number;
  /** Finished requests remembered per owner; the oldest are forgotten first. */
  readonly maxJobsPerOwner: number;
  /** Bytes of remembered requests and results per owner. */
  readonly maxJobBytesPerOwner: number;
}

export const defaultLimits: Limits = {
  maxBodyBytes: 32 * 2 ** 20,
  bodyTimeoutMs: 30_000,
  waitMs: 30_000,
  runTimeoutMs: 120_000,
  maxQueued: 64,
  maxQueuedPerOwner: 64,
  maxInFlightBytes: 256 * 2 ** 20,
  jobTtlMs: 120_000,
  lingerMs: 5_000,
  maxJobsPerOwner: 4_096,
  maxJobBytesPerOwner: 32 * 2 ** 20,
};
