import type { Owner } from '@sharemesh/serving';

/** A registered public key. */
export interface RegisteredKey {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** Which of the server's rings it is made for. */
  readonly ring: string;
}

export interface KeyStoreLimits {
  /** Keys remembered for one owner. */
  readonly maxPerOwner: number;
  /** Keys remembered in all. */
  readonly maxTotal: number;
}

/** About 50 MB at most. Without tokens all clients are one owner. */
export const defaultKeyLimits: KeyStoreLimits = { maxPerOwner: 512, maxTotal: 1024 };

/**
 * Public keys, each visible to the owner who registered it. The one that was used longest ago is forgotten first; its
 * client is told UNKNOWN_KEY and registers it again.
 */
export class KeyStore {
  readonly #limits: KeyStoreLimits;
  /** In order of use, the oldest first. */
  readonly #keys = new Map<string, { owner: Owner; key: RegisteredKey }>();

  constructor(limits: KeyStoreLimits = defaultKeyLimits) {
    this.#limits = limits;
  }

  /** @returns whether it was new to this owner */
  add(owner: Owner, key: RegisteredKey): boolean {
    const name = nameOf(owner, key.id);
    const known = this.#keys.delete(name);
    this.#keys.set(name, { owner, key });
    const mine = [...this.#keys].filter(([, entry]) => entry.owner === owner);
    for (const [old] of mine.slice(0, Math.max(0, mine.length - this.#limits.maxPerOwner))) {
      this.#keys.delete(old);
    }
    for (const [old] of [...this.#keys].slice(0, Math.max(0, this.#keys.size - this.#limits.maxTotal))) {
      this.#keys.delete(old);
    }
    return !known;
  }

  get(owner: Owner, id: string): RegisteredKey | undefined {
    const name = nameOf(owner, id);
    const entry = this.#keys.get(name);
    if (!entry) return undefined;
    this.#keys.delete(name);
    this.#keys.set(name, entry);
    return entry.key;
  }
}

/** A key id has a fixed length, so no owner's name can run into it. */
const nameOf = (owner: Owner, id: string) => `${id} ${owner}`;
