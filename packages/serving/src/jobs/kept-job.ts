import { splitMessage, takeTensors } from '@sharemesh/wire';
import type { InferResult } from '@sharemesh/wire';
import type { Owner } from '../engine.ts';
import { bytesOf } from '../request/slab-pool.ts';
import type { SlabPool, Stretch } from '../request/slab-pool.ts';
import type { Fingerprint } from './fingerprint.ts';
import { Job } from './job.ts';

/** A finished job, kept for retries and GET /v1/jobs. */
export interface KeptJob {
  readonly id: string;
  /** What its request is known by. */
  readonly key: string;
  /** Of `performance.now()`, in whole milliseconds. */
  readonly finishedAt: number;
  readonly byteLength: number;
  /** The job itself, which stays what it is when the kept one is forgotten. */
  open(owner: Owner): Job;
  /** Give its memory back; nothing else may be asked of it then. */
  forget(): void;
}

/** @param job that is finished; @param memory for what it leaves behind */
export const keep = (job: Job, memory: SlabPool): KeptJob =>
  job.state.status === 'completed' ? new KeptResult(job, memory) : new KeptFailure(job);

const NO_HEADER = -1;

/**
 * A completed job as two runs of bytes: its fingerprint, and its result in the binary form. As objects, every one of
 * them would be moved about by the garbage collector in the minutes for which it is kept.
 */
class KeptResult implements KeptJob {
  readonly id: string;
  readonly key: string;
  readonly finishedAt: number;
  readonly #memory: SlabPool;
  readonly #stretch: Stretch;
  readonly #bodyHeaderLength: number;
  readonly #bodyLength: number;
  readonly #fingerprintLength: number;
  readonly #resultHeaderLength: number;

  constructor(job: Job, memory: SlabPool) {
    const { headerLength, length, bytes } = job.origin.fingerprint;
    const result = job.result('binary');
    this.id = job.id;
    this.key = job.key;
    this.finishedAt = Math.floor(job.finishedAt);
    this.#memory = memory;
    this.#stretch = memory.take(bytes.length + result.bytes.length);
    this.#bodyHeaderLength = headerLength === undefined ? NO_HEADER : Number(headerLength);
    this.#bodyLength = length;
    this.#fingerprintLength = bytes.length;
    this.#resultHeaderLength = result.headerLength!;
    const { memory: slab } = this.#stretch.slab;
    slab.set(bytes, this.#stretch.start);
    slab.set(result.bytes, this.#stretch.start + bytes.length);
  }

  get byteLength(): number {
    return this.#stretch.length;
  }

  open(owner: Owner): Job {
    const bytes = new Uint8Array(bytesOf(this.#stretch));
    const header = this.#bodyHeaderLength;
    const fingerprint: Fingerprint = {
      headerLength: header === NO_HEADER ? undefined : String(header),
      length: this.#bodyLength,
      bytes: bytes.subarray(0, this.#fingerprintLength),
    };
    const { json, tail } = splitMessage(
      bytes.subarray(this.#fingerprintLength),
      String(this.#resultHeaderLength),
    );
    const { result } = json as { result: InferResult };
    const { request_id, layer, batch_size, model_digest: modelDigest } = result;
    const job = new Job(
      { owner, request: { request_id, layer, batch_size }, modelDigest, fingerprint },
      this.id,
    );
    job.complete(takeTensors(result.outputs, tail));
    return job;
  }

  forget(): void {
    this.#memory.giveBack(this.#stretch);
  }
}

/** Failures are few: the job as it is. */
class KeptFailure implements KeptJob {
  readonly key: string;
  readonly #job: Job;

  constructor(job: Job) {
    this.key = job.key;
    this.#job = job;
  }

  get id(): string {
    return this.#job.id;
  }

  get finishedAt(): number {
    return this.#job.finishedAt;
  }

  get byteLength(): number {
    return this.#job.origin.fingerprint.bytes.length;
  }

  open(): Job {
    return this.#job;
  }

  forget(): void {}
}
