import type { Owner } from '../engine.ts';
import { Refusal } from '../refusal.ts';

/** Bounds the request bytes that the process holds at once: in all, and for each owner. */
export class ByteBudget {
  readonly #limit: number;
  readonly #limitPerOwner: number;
  readonly #used = new Map<Owner, number>();
  #total = 0;

  constructor(limit: number, limitPerOwner = limit) {
    this.#limit = limit;
    this.#limitPerOwner = limitPerOwner;
  }

  get used(): number {
    return this.#total;
  }

  /** @throws Refusal OVERLOADED */
  take(owner: Owner, bytes: number): void {
    const own = (this.#used.get(owner) ?? 0) + bytes;
    if (own > this.#limitPerOwner) {
      throw new Refusal('OVERLOADED', 'this client has as many request bytes under way as it may');
    }
    if (this.#total + bytes > this.#limit) {
      throw new Refusal('OVERLOADED', 'the server holds as many request bytes as it may');
    }
    this.#total += bytes;
    this.#used.set(owner, own);
  }

  give(owner: Owner, bytes: number): void {
    const own = (this.#used.get(owner) ?? 0) - bytes;
    this.#total -= bytes;
    if (own > 0) this.#used.set(owner, own);
    else this.#used.delete(owner);
  }
}
