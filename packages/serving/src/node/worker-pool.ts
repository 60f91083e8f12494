import { Worker } from 'node:worker_threads';
import { MeshError } from '@sharemesh/wire';
import type { ThreadModule } from './source-mode.ts';
import type { TaskOutcome } from './serve-tasks.ts';

export interface WorkerPoolOptions {
  /** Calls `serveTasks`. */
  readonly module: ThreadModule;
  readonly size: number;
  /** What every worker gets to start from; share memory rather than copy weights. */
  readonly workerData?: unknown;
  /** Makes what each worker has of its own; a worker inherits it from one that has ended. */
  readonly own?: () => unknown;
  /** How many workers may die over one task before it is given up. */
  readonly maxAttempts?: number;
  /** Called when a worker died that was not told to, with its error if it had one. */
  readonly onCrash?: (cause: unknown) => void;
}

interface Assignment<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
}

interface Slot<Task, Result> {
  readonly worker: Worker;
  readonly own: unknown;
  current: Assignment<Task, Result> | undefined;
}

/**
 * Threads that do one task at a time each. They start when they are first needed. A worker that dies is replaced, and
 * its task goes to another: tasks are copied to the workers, not moved, and have to be deterministic.
 */
export class WorkerPool<Task, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Set<Slot<Task, Result>>();
  readonly #waiting: Assignment<Task, Result>[] = [];
  /** Left by workers that have ended. */
  readonly #legacies: unknown[] = [];
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Thread ids of the workers that are alive. */
  get threads(): number[] {
    return [...this.#slots].map(({ worker }) => worker.threadId);
  }

  /**
   * Run a task. When `signal` aborts, its worker is stopped and replaced.
   * @throws MeshError INTERNAL when the task failed, too many workers died over it, or the pool is closed
   */
  run(task: Task, signal?: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(failure('the pool is closed'));
      const assignment: Assignment<Task, Result> = { task, resolve, reject, attempts: 0 };
      signal?.addEventListener('abort', () => this.#abandon(assignment), { once: true });
      this.#waiting.push(assignment);
      this.#assign();
    });
  }

  /** End a worker as a crash would, a busy one if there is any: a drill for what follows. */
  async endOne(): Promise<void> {
    const slots = [...this.#slots];
    const slot = slots.find(({ current }) => current) ?? slots[0];
    await slot?.worker.terminate();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const assignment of this.#waiting.splice(0)) assignment.reject(failure('the pool is closed'));
    await Promise.all([...this.#slots].map(({ worker }) => worker.terminate()));
  }

  #assign(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const slot = this.#idleSlot();
      if (!slot) return;
      const assignment = this.#waiting.shift()!;
      assignment.attempts++;
      slot.current = assignment;
      slot.worker.ref();
      slot.worker.postMessage(assignment.task, []);
    }
  }

  #idleSlot(): Slot<Task, Result> | undefined {
    for (const slot of this.#slots) if (!slot.current) return slot;
    return this.#slots.size < this.#options.size ? this.#start() : undefined;
  }

  #start(): Slot<Task, Result> {
    const { module, workerData, own: make } = this.#options;
    const own = this.#legacies.pop() ?? make?.();
    const worker = new Worker(module.url, {
      execArgv: module.execArgv,
      workerData: { shared: workerData, own },
    });
    worker.unref();
    const slot: Slot<Task, Result> = { worker, own, current: undefined };
    this.#slots.add(slot);
    worker.on('message', (outcome: TaskOutcome<Result>) => this.#done(slot, outcome));
    let cause: unknown;
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => this.#exited(slot, cause));
    return slot;
  }

  #done(slot: Slot<Task, Result>, outcome: TaskOutcome<Result>): void {
    const assignment = slot.current;
    slot.current = undefined;
    slot.worker.unref();
    if ('result' in outcome) assignment?.resolve(outcome.result);
    else assignment?.reject(failure(`the worker failed at its task (${outcome.failure})`));
    this.#assign();
  }

  #exited(slot: Slot<Task, Result>, cause: unknown): void {
    this.#slots.delete(slot);
    this.#legacies.push(slot.own);
    if (this.#closed) {
      slot.current?.reject(failure('the pool is closed'));
      return;
    }
    this.#options.onCrash?.(cause);
    const { maxAttempts = 5 } = this.#options;
    const assignment = slot.current;
    if (assignment && assignment.attempts >= maxAttempts) {
      assignment.reject(failure(`${assignment.attempts} workers ended while they were at it`));
    } else if (assignment) {
      this.#waiting.unshift(assignment);
    }
    this.#assign();
  }

  #abandon(assignment: Assignment<Task, Result>): void {
    assignment.reject(failure('the task was given up'));
    const at = this.#waiting.indexOf(assignment);
    if (at !== -1) this.#waiting.splice(at, 1);
    for (const slot of this.#slots) {
      if (slot.current !== assignment) continue;
      slot.current = undefined;
      this.#slots.delete(slot);
      slot.worker.removeAllListeners('exit');
      void slot.worker.terminate().then(() => this.#legacies.push(slot.own));
    }
    this.#assign();
  }
}

const failure = (message: string) => new MeshError('INTERNAL', message, { retryable: true });
