/** What one listening socket grants its clients, before any route is involved. */
export interface ConnectionLimits {
  /** Open connections; more are dropped. */
  readonly maxConnections: number;
  /** Request line and headers, in bytes; more is 431. */
  readonly maxHeaderBytes: number;
  /** The headers must have arrived by then. */
  readonly headersTimeoutMs: number;
  /** An idle connection is closed after this long. */
  readonly keepAliveTimeoutMs: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  maxConnections: 1_024,
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 65_000,
};
