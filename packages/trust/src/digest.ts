import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { MeshError } from '@sharemesh/wire/errors';

/** As DIGEST of @sharemesh/wire, which a browser would have to load for it; a test compares the two. */
const WRITTEN = /^sha256:[0-9a-f]{64}$/;

/** The SHA-256 of `bytes` as v1 writes digests: `sha256:` and 64 hex digits. */
export function digestOfBytes(bytes: Uint8Array): string {
  return `sha256:${bytesToHex(sha256(bytes))}`;
}

/**
 * The 32 bytes that a written digest stands for.
 * @throws MeshError INVALID_INPUT
 */
export function rawDigest(digest: string): Uint8Array {
  if (typeof digest !== 'string' || !WRITTEN.test(digest)) {
    throw new MeshError('INVALID_INPUT', 'a digest is sha256: and 64 hex digits');
  }
  return hexToBytes(digest.slice('sha256:'.length));
}
