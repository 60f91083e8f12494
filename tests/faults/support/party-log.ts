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

  /** Sharings of which this party got more than one index. */
  get twoIndices(): number {
    return [...this.#seen.values()].filter(({ ids }) => ids.size > 1).length;
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

/** Shares, named by request and index, that more than one of these parties got. */
export function sharedTwice(logs: readonly PartyLog[]): number {
  const seen = new Set<string>();
  let twice = 0;
  for (const log of logs) {
    for (const [requestId, { ids }] of log.entries()) {
      for (const id of ids) {
        const share = `${requestId}/${id}`;
        if (seen.has(share)) twice++;
        seen.add(share);
      }
    }
  }
  return twice;
}
