import { createHash } from 'node:crypto';
import { splitMessage } from '@sharemesh/wire';
import type { InferRequest } from '@sharemesh/wire';

/**
 * What one party has been sent of shares: the facts that privacy needs, whatever the network did. Requests that the
 * network has damaged are left out: a flipped bit can turn one index into another.
 */
export class PartyLog {
  /** request_id → the party numbers under which shares of it came, and the bodies' digests. */
  readonly #seen = new Map<string, { readonly ids: Set<number>; readonly bodies: Set<string> }>();
  #changed = 0;

  note(body: Uint8Array, headerLength: string | undefined): void {
    const request = splitMessage(body, headerLength).json as InferRequest;
    if (!request.sharing) return;
    const entry = this.#seen.get(request.request_id) ?? { ids: new Set(), bodies: new Set() };
    const digest = createHash('sha256').update(body).digest('hex');
    if (entry.bodies.size > 0 && !entry.bodies.has(digest)) this.#changed++;
    entry.ids.add(request.sharing.party_id);
    entry.bodies.add(digest);
    this.#seen.set(request.request_id, entry);
  }

  /** Requests since the last call that came with other bytes under an id that was there before. */
  takeChangedRetries(): number {
    const changed = this.#changed;
    this.#changed = 0;
    return changed;
  }

  entries(): IterableIterator<[requestId: string, { readonly ids: ReadonlySet<number> }]> {
    return this.#seen.entries();
  }
}

/**
 * Requests with the share of another than their party, and request ids that more than one party got. The logs are those of
 * parties 1 … n.
 */
export function strayShares(logs: readonly PartyLog[]): number {
  const seen = new Set<string>();
  let stray = 0;
  for (const [index, log] of logs.entries()) {
    for (const [requestId, { ids }] of log.entries()) {
      if (seen.has(requestId) || [...ids].some((id) => id !== index + 1)) stray++;
      seen.add(requestId);
    }
  }
  return stray;
}
