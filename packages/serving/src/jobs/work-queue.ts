import type { Owner } from '../engine.ts';
import { Refusal } from '../refusal.ts';

export interface QueueRules {
  /** Tasks under way at once. */
  readonly concurrency: number;
  readonly maxQueued: number;
  readonly maxQueuedPerOwner: number;
}

interface Waiting {
  readonly owner: Owner;
  readonly task: () => Promise<void>;
}

/** First in, first out; refuses rather than grow. */
export class WorkQueue {
  readonly #rules: QueueRules;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(rules: QueueRules) {
    this.#rules = rules;
  }

  get queued(): number {
    return this.#waiting.length;
  }

  get running(): number {
    return this.#running;
  }

  /**
   * Run `task` when its turn comes; it must not reject.
   * @throws Refusal OVERLOADED
   */
  add(owner: Owner, task: () => Promise<void>): void {
    if (this.#running < this.#rules.concurrency) return this.#run(task);
    const own = this.#waiting.reduce((total, other) => total + (other.owner === owner ? 1 : 0), 0);
    if (this.#waiting.length >= this.#rules.maxQueued || own >= this.#rules.maxQueuedPerOwner) {
      throw new Refusal('OVERLOADED', `${this.#waiting.length} requests wait for their turn already`);
    }
    this.#waiting.push({ owner, task });
  }

  /** Resolves once nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #run(task: () => Promise<void>): void {
    this.#running++;
    void task().finally(() => {
      this.#running--;
      const next = this.#waiting.shift();
      if (next) this.#run(next.task);
      else if (this.#running === 0) for (const wake of this.#idle.splice(0)) wake();
    });
  }
}
