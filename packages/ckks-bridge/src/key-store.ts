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
 * Public keys, each visible to the owner who registered it. When there are too many, the owner who has most loses the one
 * that was used longest ago: who registers many keys pushes out no one else's. The client is told UNKNOWN_KEY and
 * registers it again.
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
    if (this.#countOf(owner) > this.#limits.maxPerOwner) this.#forgetOldest(owner);
    if (this.#keys.size > this.#limits.maxTotal) this.#forgetOldest(this.#ownerOfMost());
    return !known;
  }

  #countOf(owner: Owner): number {
    let count = 0;
    for (const entry of this.#keys.values()) if (entry.owner === owner) count++;
    return count;
  }

  #ownerOfMost(): Owner {
    const counts = new Map<Owner, number>();
    for (const { owner } of this.#keys.values()) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    return [...counts].reduce((most, other) => (other[1] > most[1] ? other : most))[0];
  }

  #forgetOldest(owner: Owner): void {
    for (const [name, entry] of this.#keys) {
      if (entry.owner === owner) return void this.#keys.delete(name);
    }
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
