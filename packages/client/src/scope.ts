import { MeshError } from '@sharemesh/wire/errors';

/** A stretch of work that ends at a deadline, when its caller cancels, or when one part of it fails. */
export interface Scope {
  readonly signal: AbortSignal;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  /** End the work under way; its reason becomes what the rest of it fails with. */
  cancel(reason: MeshError): void;
}

/** The longest timer the platform keeps: 2^31 − 1 ms. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Do some work in a scope of at most `milliseconds` inside `parent`. Its signal aborts with a MeshError: DEADLINE_EXCEEDED,
 * ABORTED where the parent was aborted by its owner, or the reason given to `cancel`. What the work leaves open is
 * cancelled when it ends.
 */
export async function withTimeout<T>(
  milliseconds: number,
  parent: AbortSignal | undefined,
  work: (scope: Scope) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = (reason: MeshError) => controller.abort(reason);
  const timer =
    milliseconds < Infinity
      ? setTimeout(
          () => cancel(new MeshError('DEADLINE_EXCEEDED', 'the deadline has passed', { retryable: true })),
          Math.min(milliseconds, MAX_TIMER_MS),
        )
      : undefined;
  const leave = parent && onAbort(parent, () => cancel(reasonOf(parent)));
  try {
    return await work({ signal: controller.signal, deadline: performance.now() + milliseconds, cancel });
  } finally {
    clearTimeout(timer);
    leave?.();
    cancel(new MeshError('ABORTED', 'the work that this was for has ended'));
  }
}

interface Followers {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const followersOf = new WeakMap<AbortSignal, Followers>();

/**
 * Call back once the signal aborts, at once if it has already; not any more after the returned function was called. A
 * signal gets one listener, however many calls it serves: Node takes more than ten for a leak and warns.
 */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  const { callbacks, listener } = followersOf.get(signal) ?? follow(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0) return;
    signal.removeEventListener('abort', listener);
    followersOf.delete(signal);
  };
}

function follow(signal: AbortSignal): Followers {
  const callbacks = new Set<() => void>();
  const listener = () => callbacks.forEach((callback) => callback());
  signal.addEventListener('abort', listener, { once: true });
  const followers = { callbacks, listener };
  followersOf.set(signal, followers);
  return followers;
}

/** Why a signal aborted, as a MeshError; a deadline's names `party` where one is waited for. */
export function reasonOf(signal: AbortSignal, party?: string): MeshError {
  const reason: unknown = signal.reason;
  if (!MeshError.is(reason))
    return new MeshError('ABORTED', 'the caller aborted the call', { cause: reason });
  if (reason.code !== 'DEADLINE_EXCEEDED' || party === undefined || reason.party !== undefined) return reason;
  return new MeshError('DEADLINE_EXCEEDED', `${party} had not answered when the deadline passed`, {
    retryable: true,
    party,
  });
}

/** `work`, or a rejection as soon as the signal aborts, whether or not the work takes notice of it. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, party?: string): Promise<T> {
  let leave!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    leave = onAbort(signal, () => reject(reasonOf(signal, party)));
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    leave();
  }
}

/** Wait, unless the signal aborts first. */
export async function sleep(milliseconds: number, signal: AbortSignal, party?: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await untilAborted(elapsed, signal, party);
  } finally {
    clearTimeout(timer);
  }
}
