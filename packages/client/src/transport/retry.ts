import type { MeshError } from '@sharemesh/wire/errors';
import { sleep } from '../scope.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** An error that also says when to come back. */
export interface Attempt<T> {
  readonly value?: T;
  readonly error?: MeshError;
  /** What the server asked for in `Retry-After`, in milliseconds. */
  readonly retryAfter?: number;
}

export interface RetryPolicy {
  /** How many more times after the first. */
  readonly retries: number;
  /** On the clock of `performance.now()`: a pause that would reach it is not begun. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly party: string;
}

/**
 * Try, and try again where the error is retryable: exponential pauses with full jitter ("Exponential Backoff and
 * Jitter", AWS Architecture Blog, 2015), or as long as the server asks for.
 */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<Attempt<T>>): Promise<T> {
  for (let round = 0; ; round++) {
    const { value, error, retryAfter } = await attempt();
    if (!error) return value as T;
    const pause = Math.max(retryAfter ?? 0, Math.random() * FIRST_PAUSE_MS * 2 ** round);
    const worthWaiting = pause <= LONGEST_PAUSE_MS && performance.now() + pause < policy.deadline;
    if (!error.retryable || round >= policy.retries || !worthWaiting) throw error;
    await sleep(pause, policy.signal, policy.party);
  }
}

/** `Retry-After` in milliseconds, where it is a number of seconds; dates are not used in v1. */
export function parseRetryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^[0-9]{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
