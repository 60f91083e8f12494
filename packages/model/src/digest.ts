import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { digestedBytes } from './digested-bytes.ts';
import type { DigestedModel } from './digested-bytes.ts';

export { MODEL_FORMAT, digestedBytes } from './digested-bytes.ts';
export type { DigestedModel } from './digested-bytes.ts';

/**
 * The digest of a model: 'sha256:' and the hex SHA-256 of `digestedBytes`. A client recomputes it from what a party says
 * in GET /v1/models; other fields of that reply, such as the description, are left out.
 */
export function digestOf(model: DigestedModel): string {
  return `sha256:${bytesToHex(sha256(digestedBytes(model)))}`;
}
