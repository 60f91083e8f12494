import { MeshError } from '@sharemesh/wire';
import type { AcceptedWork, InferenceEngine } from '../engine.ts';
import type { Limits } from '../limits.ts';
import type { Job } from './job.ts';
import { WorkQueue } from './work-queue.ts';

type DispatchLimits = Pick<Limits, 'maxQueued' | 'maxQueuedPerOwner' | 'runTimeoutMs'>;

/** Called for every failure that no one raised on purpose. */
export type OnUnexpected = (error: unknown) => void;

const never = new AbortController().signal;

/** Runs jobs: short ones at once on the event loop, the others in turn, as many as their engine can take. */
export class Dispatcher {
  readonly #queues: Map<InferenceEngine, WorkQueue>;
  readonly #limits: DispatchLimits;
  readonly #onUnexpected: OnUnexpected;

  constructor(engines: readonly InferenceEngine[], limits: DispatchLimits, onUnexpected: OnUnexpected) {
    this.#limits = limits;
    this.#onUnexpected = onUnexpected;
    this.#queues = new Map(
      engines.map((engine) => [engine, new WorkQueue({ ...limits, concurrency: engine.concurrency })]),
    );
  }

  get queued(): number {
    return sum(this.#queues, (queue) => queue.queued);
  }

  get running(): number {
    return sum(this.#queues, (queue) => queue.running);
  }

  /** Run now, on the caller's turn of the event loop, if the work allows it. */
  async runInline(job: Job, work: AcceptedWork): Promise<void> {
    job.start();
    try {
      const outputs = work.run(never);
      job.complete(outputs instanceof Promise ? await outputs : outputs);
    } catch (error) {
      this.#failed(job, error);
    }
  }

  /**
   * Run when its turn comes.
   * @throws Refusal OVERLOADED when the queue is full; the job was not taken then
   */
  enqueue(engine: InferenceEngine, job: Job, work: AcceptedWork): void {
    this.#queues.get(engine)?.add(job.origin.owner, () => this.#runTimed(job, work));
  }

  /** Resolves once nothing runs and nothing waits. */
  async idle(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.idle()));
  }

  async #runTimed(job: Job, work: AcceptedWork): Promise<void> {
    const deadline = new AbortController();
    const { runTimeoutMs } = this.#limits;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new MeshError('INTERNAL', `the work was given up after ${runTimeoutMs} ms`));
        deadline.abort();
      }, runTimeoutMs);
    });
    // a turn of the event loop between two pieces of work, so that answers go out and health is served
    await new Promise<void>((resolve) => setImmediate(resolve));
    job.start();
    try {
      job.complete(await Promise.race([work.run(deadline.signal), late]));
    } catch (error) {
      this.#failed(job, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(job: Job, error: unknown): void {
    job.fail(error);
    if (!MeshError.is(error)) this.#onUnexpected(error);
  }
}

function sum<K>(queues: Map<K, WorkQueue>, of: (queue: WorkQueue) => number): number {
  let total = 0;
  for (const queue of queues.values()) total += of(queue);
  return total;
}
