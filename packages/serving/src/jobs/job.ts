import type { MessageForm, Problem, TensorData } from '@sharemesh/wire';
import { toProblem } from '../problem-response.ts';
import { requestKey } from './job-origin.ts';
import type { JobOrigin } from './job-origin.ts';
import { randomId } from './random-id.ts';
import { encodeResult } from './result-message.ts';
import type { ResultMessage } from './result-message.ts';

export type JobState =
  | { readonly status: 'queued' | 'running' }
  | { readonly status: 'completed'; readonly outputs: readonly TensorData[] }
  | { readonly status: 'failed'; readonly problem: Problem; readonly error: unknown };

/** One request's work. Its state moves forward only: queued, running, then completed or failed for good. */
export class Job {
  readonly id: string;
  readonly origin: JobOrigin;
  #state: JobState = { status: 'queued' };
  #finishedAt = 0;
  #binaryResult: ResultMessage | undefined;
  #waiting: (() => void)[] | undefined;

  constructor(origin: JobOrigin, id = randomId()) {
    this.origin = origin;
    this.id = id;
  }

  get state(): JobState {
    return this.#state;
  }

  get finished(): boolean {
    return this.#state.status === 'completed' || this.#state.status === 'failed';
  }

  /** Of `performance.now()`; 0 while unfinished. */
  get finishedAt(): number {
    return this.#finishedAt;
  }

  /** What its request is known by. */
  get key(): string {
    const { request_id, party_id } = this.origin.request;
    return requestKey(request_id, party_id);
  }

  /** The message that answers it, once it is completed. */
  result(form: MessageForm): ResultMessage {
    if (this.#state.status !== 'completed') throw new Error('the job is not completed');
    const result = { id: this.id, origin: this.origin, outputs: this.#state.outputs };
    if (form === 'json') return encodeResult(form, result);
    return (this.#binaryResult ??= encodeResult(form, result));
  }

  start(): void {
    if (this.#state.status === 'queued') this.#state = { status: 'running' };
  }

  complete(outputs: readonly TensorData[]): void {
    this.#finish({ status: 'completed', outputs });
  }

  fail(error: unknown): void {
    const problem = toProblem(error, this.origin.request.request_id);
    this.#finish({ status: 'failed', problem, error });
  }

  /** Call `callback` once the job is finished: now, if it is. */
  whenFinished(callback: () => void): void {
    if (this.finished) callback();
    else (this.#waiting ??= []).push(callback);
  }

  /** Resolves when the job is finished or after `ms`, whichever comes first. */
  settled(ms: number): Promise<void> | void {
    if (this.finished) return;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.whenFinished(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #finish(state: JobState): void {
    if (this.finished) return;
    this.#state = state;
    this.#finishedAt = performance.now();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) for (const wake of waiting) wake();
  }
}
