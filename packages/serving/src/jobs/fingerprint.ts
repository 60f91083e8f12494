import { createHash } from 'node:crypto';

/** Hashing a body of this size costs about 10 µs: keeping it until a retry comes is cheaper. */
const KEPT_WHOLE = 16_384;

/** What tells whether a second body is the first one again. */
export interface Fingerprint {
  readonly headerLength: string | undefined;
  readonly length: number;
  /** The body itself, or its SHA-256 where it is long. */
  readonly bytes: Uint8Array;
}

export function fingerprintOf(body: Uint8Array, headerLength: string | undefined): Fingerprint {
  const bytes = body.length <= KEPT_WHOLE ? body : createHash('sha256').update(body).digest();
  return { headerLength, length: body.length, bytes };
}

/** `sha256:` and the hex SHA-256 of the body. */
export function bodyDigest({ length, bytes }: Fingerprint): string {
  const digest = length <= KEPT_WHOLE ? createHash('sha256').update(bytes).digest() : Buffer.from(bytes);
  return `sha256:${digest.toString('hex')}`;
}

export const sameFingerprint = (a: Fingerprint, b: Fingerprint): boolean =>
  a.length === b.length && a.headerLength === b.headerLength && Buffer.compare(a.bytes, b.bytes) === 0;
