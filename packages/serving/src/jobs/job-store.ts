import type { Owner } from '../engine.ts';
import type { Limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import { SlabPool } from '../request/slab-pool.ts';
import { sameFingerprint } from './fingerprint.ts';
import type { Fingerprint } from './fingerprint.ts';
import { Fifo } from './fifo.ts';
import { Job } from './job.ts';
import { keep } from './kept-job.ts';
import type { KeptJob } from './kept-job.ts';

type StoreLimits = Pick<Limits, 'jobTtlMs' | 'maxJobsPerOwner' | 'maxJobBytesPerOwner'>;

/**
 * The jobs of the last minutes, for retries and GET /v1/jobs. Each owner has a shelf of its own: one owner's jobs are
 * not there for another, and cannot push another's out.
 */
export class JobStore {
  readonly #limits: StoreLimits;
  readonly #shelves = new Map<Owner, Shelf>();
  /** Ids of the jobs whose owners were told to come back for the result, and have not yet. */
  readonly #promised = new Set<string>();
  /** For the results. */
  readonly #memory = new SlabPool();
  /** Finished jobs on their way to the shelves. */
  #fresh: { readonly job: Job; readonly kept: () => void }[] = [];
  #allCollected: (() => void)[] = [];
  #sweeping = false;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /**
   * The job that the request known by `key` already has.
   * @throws Refusal REQUEST_ID_REUSED when the id came with another body
   */
  ofRequest(owner: Owner, key: string, fingerprint: Fingerprint): Job | undefined {
    const job = opened(this.#shelf(owner)?.byRequest.get(key), owner);
    if (job && !sameFingerprint(job.origin.fingerprint, fingerprint)) {
      throw new Refusal('REQUEST_ID_REUSED', 'the first body under this request_id was another');
    }
    return job;
  }

  get(owner: Owner, id: string): Job | undefined {
    return opened(this.#shelf(owner)?.byId.get(id), owner);
  }

  /**
   * Remember the job from now on. Once it is finished, what it holds counts against the owner's limits, and a failure
   * worth retrying is not found by its request any more.
   * @param kept called then: of a completed job the store has a copy of all that it keeps
   */
  add(job: Job, kept: () => void): void {
    if (job.finished) return this.#shelveSoon(job, kept);
    this.#shelfFor(job).addUnfinished(job);
    job.whenFinished(() => this.#shelveSoon(job, kept));
    this.#sweepLater();
  }

  /** The owner was told to come back for the job. */
  promise(id: string): void {
    this.#promised.add(id);
  }

  /** The owner was told how the job ended. */
  collect(id: string): void {
    if (!this.#promised.delete(id) || this.#promised.size > 0) return;
    for (const wake of this.#allCollected.splice(0)) wake();
  }

  /** Fail what is not finished, so that those who wait for it are told. */
  failUnfinished(error: unknown): void {
    for (const { byId } of this.#shelves.values()) {
      for (const job of byId.values()) if (job instanceof Job) job.fail(error);
    }
  }

  /** Resolves when no owner has a result to come back for. */
  allCollected(): Promise<void> {
    if (this.#promised.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#allCollected.push(resolve));
  }

  /** When the answer is on its way, since nobody waits any more then; or before the next look at the shelves. */
  #shelveSoon(job: Job, kept: () => void): void {
    if (this.#fresh.push({ job, kept }) === 1) setImmediate(() => this.#shelve());
  }

  #shelve(): void {
    const fresh = this.#fresh;
    if (fresh.length === 0) return;
    this.#fresh = [];
    for (const { job, kept } of fresh) {
      for (const id of this.#shelfFor(job).addFinished(job, this.#memory)) this.collect(id);
      kept();
    }
    this.#sweepLater();
  }

  #shelfFor({ origin: { owner } }: Job): Shelf {
    let shelf = this.#shelves.get(owner);
    if (!shelf) this.#shelves.set(owner, (shelf = new Shelf(this.#limits)));
    return shelf;
  }

  /** The owner's shelf as it is by now. */
  #shelf(owner: Owner): Shelf | undefined {
    this.#shelve();
    return this.#shelves.get(owner);
  }

  /** Forgets what has expired even when no request comes any more. */
  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    setTimeout(() => {
      this.#sweeping = false;
      for (const [owner, shelf] of this.#shelves) {
        for (const id of shelf.trim()) this.collect(id);
        if (shelf.byId.size === 0) this.#shelves.delete(owner);
      }
      if (this.#shelves.size > 0) this.#sweepLater();
    }, this.#limits.jobTtlMs).unref();
  }
}

const opened = (found: Job | KeptJob | undefined, owner: Owner): Job | undefined =>
  found === undefined || found instanceof Job ? found : found.open(owner);

/** One owner's jobs. */
class Shelf {
  readonly byId = new Map<string, Job | KeptJob>();
  /** By `requestKey`. */
  readonly byRequest = new Map<string, Job | KeptJob>();
  /** In the order in which they finished: those at the front go first. */
  readonly #kept = new Fifo<KeptJob>();
  readonly #limits: StoreLimits;
  /** Of the kept jobs. */
  #bytes = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  addUnfinished(job: Job): void {
    this.byId.set(job.id, job);
    this.byRequest.set(job.key, job);
  }

  /** @returns the ids of the jobs that were forgotten for it */
  addFinished(job: Job, memory: SlabPool): readonly string[] {
    const kept = keep(job, memory);
    this.byId.set(kept.id, kept);
    if (job.state.status === 'failed' && job.state.problem.retryable) this.#forgetRequest(kept.key, job);
    else this.byRequest.set(kept.key, kept);
    this.#kept.push(kept);
    this.#bytes += kept.byteLength;
    return this.trim();
  }

  /**
   * Forgets what is too old or too much. Unfinished jobs stay: the queue bounds them.
   * @returns the ids of the jobs that were forgotten
   */
  trim(): readonly string[] {
    const { jobTtlMs, maxJobsPerOwner, maxJobBytesPerOwner } = this.#limits;
    const expired = performance.now() - jobTtlMs;
    const forgotten: string[] = [];
    for (let kept = this.#kept.first; kept; kept = this.#kept.first) {
      const over = this.#kept.length > maxJobsPerOwner || this.#bytes > maxJobBytesPerOwner;
      if (!over && kept.finishedAt > expired) break;
      this.#kept.shift();
      this.#bytes -= kept.byteLength;
      this.byId.delete(kept.id);
      this.#forgetRequest(kept.key, kept);
      kept.forget();
      forgotten.push(kept.id);
    }
    return forgotten;
  }

  #forgetRequest(key: string, job: Job | KeptJob): void {
    if (this.byRequest.get(key) === job) this.byRequest.delete(key);
  }
}
