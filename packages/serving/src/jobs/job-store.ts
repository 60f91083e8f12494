import type { Owner } from '../engine.ts';
import type { Limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import { sameFingerprint } from './fingerprint.ts';
import type { Fingerprint } from './fingerprint.ts';
import { Fifo } from './fifo.ts';
import type { Job } from './job.ts';

type StoreLimits = Pick<Limits, 'jobTtlMs' | 'maxJobsPerOwner' | 'maxJobBytesPerOwner'>;

/**
 * The jobs of the last minutes, for retries and GET /v1/jobs. Each owner has a shelf of its own: one owner's jobs are
 * not there for another, and cannot push another's out.
 */
export class JobStore {
  readonly #limits: StoreLimits;
  readonly #shelves = new Map<Owner, Shelf>();
  #sweeping = false;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /**
   * The job that this very request already has.
   * @throws Refusal REQUEST_ID_REUSED when the id came with another body
   */
  ofRequest(owner: Owner, requestId: string, fingerprint: Fingerprint): Job | undefined {
    const job = this.#shelves.get(owner)?.byRequest.get(requestId);
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
    this.#shelves.get(job.origin.owner)?.finished(job);
  }

  /** Forgets what has expired even when no request comes any more. */
  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    setTimeout(() => {
      this.#sweeping = false;
      for (const [owner, shelf] of this.#shelves) {
        shelf.trim();
        if (shelf.byId.size === 0) this.#shelves.delete(owner);
      }
      if (this.#shelves.size > 0) this.#sweepLater();
    }, this.#limits.jobTtlMs).unref();
  }
}

/** One owner's jobs. */
class Shelf {
  readonly byId = new Map<string, Job>();
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
    this.byRequest.set(job.origin.request.request_id, job);
  }

  finished(job: Job): void {
    this.#bytes += job.byteLength;
    this.#finished.push(job);
    if (job.state.status === 'failed' && job.state.problem.retryable) this.#forgetRequest(job);
    this.trim();
  }

  /** Unfinished jobs stay: the queue bounds them. */
  trim(): void {
    const { jobTtlMs, maxJobsPerOwner, maxJobBytesPerOwner } = this.#limits;
    const expired = performance.now() - jobTtlMs;
    for (let job = this.#finished.first; job; job = this.#finished.first) {
      const over = this.#finished.length > maxJobsPerOwner || this.#bytes > maxJobBytesPerOwner;
      if (!over && job.finishedAt > expired) return;
      this.#finished.shift();
      this.#forget(job);
    }
  }

  #forget(job: Job): void {
    this.byId.delete(job.id);
    this.#forgetRequest(job);
    this.#bytes -= job.byteLength;
  }

  #forgetRequest(job: Job): void {
    const { request_id } = job.origin.request;
    if (this.byRequest.get(request_id) === job) this.byRequest.delete(request_id);
  }
}
