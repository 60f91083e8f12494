import type { ErrorCode } from './error-codes.ts';

/** Brand that survives duplicate installs of this package, where `instanceof` does not. */
const marker = Symbol.for('sharemesh.error');

export interface MeshErrorOptions {
  /** May the very same call succeed later, with no change by the caller? */
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** The server that the failure is about, by its URL: where it was found, which need not be who is to blame. */
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

/**
 * For code that writes a number into bytes that are sent, hashed or signed: a typed array and `DataView` take any number
 * and keep only the bits that fit, so that two numbers give the same bytes.
 *
 * @param name of the number, for the message, which does not quote the value
 * @throws MeshError `code` unless `value` is an integer from `minimum` to `maximum`
 */
export function requireInteger(
  name: string,
  value: number,
  minimum: number,
  maximum: number,
  code: ErrorCode = 'INVALID_INPUT',
): void {
  if (!Number.isSafeInteger(value) || value < minimum || value > maximum) {
    throw new MeshError(code, `${name} is an integer from ${minimum} to ${maximum}`);
  }
}
