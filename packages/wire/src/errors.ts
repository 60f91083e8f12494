import type { ErrorCode } from './error-codes.ts';

/** Brand that survives duplicate installs of this package, where `instanceof` does not. */
const marker = Symbol.for('sharemesh.error');

export interface MeshErrorOptions {
  /** May the very same call succeed later, with no change by the caller? */
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** The party (its URL or name) the failure came from, where one is to blame. */
  readonly party?: string;
}

/**
 * Every failure Sharemesh raises on purpose.
 *
 * `code` is stable and safe to branch on (error-codes.ts lists them all); the message is for people and carries shapes
 * and limits, never values, shares, keys or weights.
 */
export class MeshError extends Error {
  override readonly name = 'MeshError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly party: string | undefined;
  readonly [marker] = true;

  constructor(code: ErrorCode, message: string, options: MeshErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.party = options.party;
  }

  /** Is `value` a MeshError, from this copy of the package or another? */
  static is(value: unknown): value is MeshError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}
