import type { PartySigns, PeerIdentity } from '../protocol/party-signs.ts';

export type { PartySigns, PeerIdentity };

/** One HTTP request, as a transport is to send it: no redirects followed, no cookies, no caching. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, its chunks one after the other. */
  readonly body?: readonly Uint8Array[];
  /**
   * Where it carries a share: the request ids of all shares of the same secret, this one's included. For who keeps
   * exchanges on this machine; nothing that is sent may join them.
   */
  readonly siblings?: readonly string[];
  readonly signal: AbortSignal;
  /** Give up on a body longer than this, with REPLY_TOO_LARGE; cut it off where the status is no success. */
  readonly maxResponseBytes: number;
}

export interface TransportResponse {
  /** The status as it came; a redirect that the platform hides is 302. */
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/**
 * The way requests travel. Implementations: `fetch` (browsers and anywhere), undici (Node).
 *
 * A request rejects with a MeshError REPLY_TOO_LARGE, UNTRUSTED_KEY or COLOCATED_PARTIES, or with whatever the platform
 * raises, which counts as a failed connection.
 */
export interface Transport {
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Of the connection last made to an origin, where the platform tells. */
  identify?(origin: string): PeerIdentity | undefined;
  /**
   * From now on, use no new connection that shows two of these parties to be one: the request that it was for fails with
   * COLOCATED_PARTIES. They are asked for anew each time.
   */
  keepApart?(parties: () => readonly PartySigns[]): void;
  close(): Promise<void>;
}

/** The chunks as one array; a single chunk is not copied. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
