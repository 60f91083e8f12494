import { MeshError } from '@sharemesh/wire/errors';

/** A stretch of work that ends at a deadline, when its caller cancels, or when one part of it fails. */
export interface Scope {
  readonly signal: AbortSignal;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  /** End the work under way; its reason becomes what the rest of it fails with. */
  cancel(reason: MeshError): void;
  /** Let go of the timer and of the parent. To be called on every way out. */
  close(): void;
}

/** The longest timer the platform keeps: 2^31 − 1 ms. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Open a scope of at most `milliseconds` inside `parent`. Its signal aborts with a MeshError: DEADLINE_EXCEEDED,
 * ABORTED where the parent was aborted by its owner, or the reason given to `cancel`.
 */
export function openScope(milliseconds: number, parent?: AbortSignal): Scope {
  const controller = new AbortController();
  const deadline = performance.now() + milliseconds;
  const cancel = (reason: MeshError) => controller.abort(reason);
  const onParent = () => cancel(reasonOf(parent!));
  const timer = setTimeout(
    () => cancel(new MeshError('DEADLINE_EXCEEDED', 'the deadline has passed', { retryable: true })),
    Math.min(milliseconds, MAX_TIMER_MS),
  );
  if (parent?.aborted) onParent();
  else parent?.addEventListener('abort', onParent, { once: true });
  return {
    signal: controller.signal,
    deadline,
    cancel,
    close() {
      clearTimeout(timer);
      parent?.removeEventListener('abort', onParent);
    },
  };
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
  let onAbort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(reasonOf(signal, party));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
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
