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

/** The bytes under the digest: the canonical JSON (RFC 8785) of { format, model_id, version, inference }, in UTF-8. */
export function digestedBytes({ model_id, version, inference }: DigestedModel): Uint8Array {
  const canonical = canonicalJson({ format: MODEL_FORMAT, model_id, version, inference });
  return new TextEncoder().encode(canonical);
}
