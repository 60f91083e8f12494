import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Inference } from '@sharemesh/wire';
import { canonicalJson } from './canonical-json.ts';

/** The format of the bundle, and part of what the digest covers. */
export const MODEL_FORMAT = 'sharemesh-model/1';

/** What a model's digest covers: everything that affects its answers, the weights by their own digests. */
export interface DigestedModel {
  readonly model_id: string;
  readonly version: string;
  readonly inference: Inference;
}

/**
 * The digest of a model: 'sha256:' and the hex SHA-256 of the canonical JSON (RFC 8785) of
 * { format, model_id, version, inference }. A client recomputes it from what a party says in GET /v1/models; other
 * fields of that reply, such as the description, are left out.
 */
export function digestOf({ model_id, version, inference }: DigestedModel): string {
  const canonical = canonicalJson({ format: MODEL_FORMAT, model_id, version, inference });
  return `sha256:${bytesToHex(sha256(utf8ToBytes(canonical)))}`;
}
