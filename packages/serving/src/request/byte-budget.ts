import { Refusal } from '../refusal.ts';

/** Bounds the request bytes the process holds at once, whoever sent them. */
export class ByteBudget {
  #used = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** @throws Refusal OVERLOADED */
  take(bytes: number): void {
    if (this.#used + bytes > this.#limit) {
      throw new Refusal('OVERLOADED', 'the server holds as many request bytes as it may');
    }
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
