import type { MeshError } from '@sharemesh/wire/errors';

/** What became of works that were started together, each in the order in which it came. */
export interface Settled<T> {
  readonly values: readonly { readonly index: number; readonly value: T }[];
  readonly errors: readonly { readonly index: number; readonly error: MeshError }[];
}

export interface Patience<T> {
  /** Is this as much as is needed? Asked whenever something comes. */
  isEnough(values: Settled<T>['values']): boolean;
  /** Can it never be enough any more? Nothing is waited for then. */
  isHopeless?(errors: Settled<T>['errors']): boolean;
  /** How long the rest is waited for once there is enough: as long again as that took, and at least this. 0: not at all. */
  readonly graceMs: number;
}

/**
 * Wait until all is there, or enough of it and a grace for what is slow, or it is hopeless. What is still open then is the
 * caller's to cancel.
 */
export function settleEnough<T>(
  works: readonly Promise<T>[],
  { isEnough, isHopeless, graceMs }: Patience<T>,
): Promise<Settled<T>> {
  const started = performance.now();
  const values: Settled<T>['values'][number][] = [];
  const errors: Settled<T>['errors'][number][] = [];
  let grace: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Settled<T>>((resolve, reject) => {
    const finish = () => resolve({ values: [...values], errors: [...errors] });
    const check = () => {
      if (values.length + errors.length === works.length || isHopeless?.(errors)) finish();
      else if (!isEnough(values)) return;
      else if (graceMs === 0) finish();
      else grace ??= setTimeout(finish, Math.max(graceMs, performance.now() - started));
    };
    for (const [index, work] of works.entries()) {
      work
        .then(
          (value) => values.push({ index, value }),
          (error: MeshError) => errors.push({ index, error }),
        )
        .then(check)
        .catch(reject);
    }
  }).finally(() => clearTimeout(grace));
}
