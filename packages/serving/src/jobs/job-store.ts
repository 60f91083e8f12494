import type { Owner } from '../engine.ts';
import type { Limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import { sameFingerprint } from './fingerprint.ts';
import type { Fingerprint } from './fingerprint.ts';
import { Fifo } from './fifo.ts';
import { requestKey } from './job.ts';
import type { Job, JobOrigin } from './job.ts';

type StoreLimits = Pick<Limits, 'jobTtlMs' | 'maxJobsPerOwner' | 'maxJobBytesPerOwner'>;

/**
 * The jobs of the last minutes, for retries and GET /v1/jobs. Each owner has a shelf of its own: one owner's jobs are
 * not there for another, and cannot push another's out.
 */
export class JobStore {
  readonly #limits: StoreLimits;
  readonly #shelves = new Map<Owner, Shelf>();
  /** Jobs whose owners were told to come back for the result, and have not yet. */
  readonly #promised = new Set<Job>();
  #allCollected: (() => void)[] = [];
  #sweeping = false;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /**
   * The job that this very request already has.
   * @throws Refusal REQUEST_ID_REUSED when the id came with another body
   */
  ofRequest(owner: Owner, request: JobOrigin['request'], fingerprint: Fingerprint): Job | undefined {
    const job = this.#shelves.get(owner)?.byRequest.get(requestKey(request));
    if (job && !sameFingerprint(job.origin.fingerprint, fingerprint)) {
      throw new Refusal('REQUEST_ID_REUSED', 'the first body under this request_id was another');
    }
    return job;
  }

  get(owner: Owner, id: string): Job | undefined {
    return this.#shelves.get(owner)?.byId.get(id);
  }

  add(job: Job): void {
    const { owner } = job.origin;
    let shelf = this.#shelves.get(owner);
    if (!shelf) this.#shelves.set(owner, (shelf = new Shelf(this.#limits)));
    shelf.add(job);
    this.#sweepLater();
  }

  /** To be called when a job has finished: what it holds now counts, and a failure worth retrying is not kept. */
  finished(job: Job): void {
    const forgotten = this.#shelves.get(job.origin.owner)?.finished(job) ?? [];
    for (const old of forgotten) this.collect(old);
  }

  /** The owner was told to come back for the job. */
  promise(job: Job): void {
    this.#promised.add(job);
  }

  /** The owner was told how the job ended. */
  collect(job: Job): void {
    if (!this.#promised.delete(job) || this.#promised.size > 0) return;
    for (const wake of this.#allCollected.splice(0)) wake();
  }

  /** Resolves when no owner has a result to come back for. */
  allCollected(): Promise<void> {
    if (this.#promised.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#allCollected.push(resolve));
  }

  /** Forgets what has expired even when no request comes any more. */
  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    setTimeout(() => {
      this.#sweeping = false;
      for (const [owner, shelf] of this.#shelves) {
        for (const job of shelf.trim()) this.collect(job);
        if (shelf.byId.size === 0) this.#shelves.delete(owner);
      }
      if (this.#shelves.size > 0) this.#sweepLater();
    }, this.#limits.jobTtlMs).unref();
  }
}

/** One owner's jobs. */
class Shelf {
  readonly byId = new Map<string, Job>();
  /** By `requestKey`. */
  readonly byRequest = new Map<string, Job>();
  /** The jobs in the order in which they finished: those at the front go first. */
  readonly #finished = new Fifo<Job>();
  readonly #limits: StoreLimits;
  /** Bytes of the finished jobs. */
  #bytes = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  add(job: Job): void {
    this.byId.set(job.id, job);
    this.byRequest.set(requestKey(job.origin.request), job);
  }

  finished(job: Job): Job[] {
    this.#bytes += job.byteLength;
    this.#finished.push(job);
    if (job.state.status === 'failed' && job.state.problem.retryable) this.#forgetRequest(job);
    return this.trim();
  }

  /**
   * Forgets what is too old or too much. Unfinished jobs stay: the queue bounds them.
   * @returns the jobs that were forgotten
   */
  trim(): Job[] {
    const { jobTtlMs, maxJobsPerOwner, maxJobBytesPerOwner } = this.#limits;
    const expired = performance.now() - jobTtlMs;
    const forgotten: Job[] = [];
    for (let job = this.#finished.first; job; job = this.#finished.first) {
      const over = this.#finished.length > maxJobsPerOwner || this.#bytes > maxJobBytesPerOwner;
      if (!over && job.finishedAt > expired) break;
      this.#finished.shift();
      this.#forget(job);
      forgotten.push(job);
    }
    return forgotten;
  }

  #forget(job: Job): void {
    this.byId.delete(job.id);
    this.#forgetRequest(job);
    this.#bytes -= job.byteLength;
  }

  #forgetRequest(job: Job): void {
    const key = requestKey(job.origin.request);
    if (this.byRequest.get(key) === job) this.byRequest.delete(key);
  }
}
