import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { DIGEST } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';

/** `sha256:` and 64 hex digits: how digests are written everywhere in v1. */
export function digestOfBytes(bytes: Uint8Array): string {
  return `sha256:${bytesToHex(sha256(bytes))}`;
}

/** @throws MeshError INVALID_INPUT */
export function digestBytes(digest: string): Uint8Array {
  if (!DIGEST.test(digest)) {
    throw new MeshError('INVALID_INPUT', 'a digest is sha256: and 64 hex digits');
  }
  return hexToBytes(digest.slice('sha256:'.length));
}
