/** What one listening socket grants its clients, before any route is involved. */
export interface ConnectionLimits {
  /** Open connections; more are dropped. */
  readonly maxConnections: number;
  /** Request line and headers, in bytes; more is 431. */
  readonly maxHeaderBytes: number;
  /** The TLS handshake must be done by then, and from there on the headers of a request must have arrived. */
  readonly headersTimeoutMs: number;
  /** An idle connection is closed after this long. */
  readonly keepAliveTimeoutMs: number;
  /** A client that reads nothing of its answer for so long is cut off, and one that reads it more slowly than this on average. */
  readonly answerTimeoutMs: number;
  readonly minBytesPerSecond: number;
  /** Bytes of answers that clients have not read, over all connections; beyond it the largest are cut off. */
  readonly maxUnreadBytes: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  maxConnections: 1_024,
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 65_000,
  answerTimeoutMs: 30_000,
  minBytesPerSecond: 16_384,
  maxUnreadBytes: 128 * 2 ** 20,
};
