import type { Owner } from '../engine.ts';
import { Refusal } from '../refusal.ts';
import { Fifo } from './fifo.ts';

export interface QueueRules {
  /** Tasks under way at once. */
  readonly concurrency: number;
  readonly maxQueued: number;
  readonly maxQueuedPerOwner: number;
}

type Task = () => Promise<void>;

/** Owners take turns, each owner's tasks in the order of their arrival; refuses rather than grow. */
export class WorkQueue {
  readonly #rules: QueueRules;
  /** Owners with waiting tasks, the one whose turn is next first. */
  readonly #waiting = new Map<Owner, Fifo<Task>>();
  #queued = 0;
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(rules: QueueRules) {
    this.#rules = rules;
  }

  get queued(): number {
    return this.#queued;
  }

  get running(): number {
    return this.#running;
  }

  /**
   * Run `task` when its turn comes; it must not reject.
   * @throws Refusal OVERLOADED
   */
  add(owner: Owner, task: Task): void {
    const { concurrency, maxQueued, maxQueuedPerOwner } = this.#rules;
    if (this.#running < concurrency) return this.#run(task);
    const own = this.#waiting.get(owner) ?? new Fifo<Task>();
    if (own.length >= maxQueuedPerOwner) {
      throw new Refusal('OVERLOADED', `${own.length} requests of this client wait for their turn already`);
    }
    if (this.#queued >= maxQueued) {
      throw new Refusal('OVERLOADED', `${this.#queued} requests wait for their turn already`);
    }
    own.push(task);
    this.#queued++;
    this.#waiting.set(owner, own);
  }

  /** Resolves once nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.#running === 0 && this.#queued === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #run(task: Task): void {
    this.#running++;
    void task().finally(() => {
      this.#running--;
      const next = this.#next();
      if (next) this.#run(next);
      else if (this.#running === 0) for (const wake of this.#idle.splice(0)) wake();
    });
  }

  /** The oldest task of the owner whose turn it is, who then waits behind the others. */
  #next(): Task | undefined {
    for (const [owner, tasks] of this.#waiting) {
      this.#waiting.delete(owner);
      const task = tasks.shift();
      if (tasks.length > 0) this.#waiting.set(owner, tasks);
      this.#queued--;
      return task;
    }
    return undefined;
  }
}
