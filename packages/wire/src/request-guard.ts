import { count, exactObject, list, literal, optional, text } from './guards.ts';
import type { InferRequest } from './infer.ts';
import { isTensor } from './reply-guards.ts';
import {
  DIGEST,
  ENCRYPTION_SCHEMES,
  MAX_BATCH,
  MAX_LAYERS,
  MAX_PARTIES,
  MAX_TENSORS,
  MODEL_ID,
  MODEL_VERSION,
  OPERATIONS,
  REQUEST_ID,
  SHARING_SCHEMES,
  TIERS,
} from './rules.ts';
import { API_VERSION } from './version.ts';

/**
 * Does the body fit the schema `InferRequest`? The same answer as the schema's, in a tenth of its time: a server asks
 * this of every request, and the schema only for what is wrong with one. A test holds it against the schema.
 */
export const isInferRequest = exactObject<InferRequest>({
  api_version: optional(literal(API_VERSION)),
  request_id: text(REQUEST_ID),
  model_id: text(MODEL_ID),
  version: text(MODEL_VERSION),
  layer: count(MAX_LAYERS - 1),
  operation: optional(literal(...OPERATIONS)),
  batch_size: count(MAX_BATCH, 1),
  inputs: list(isTensor, MAX_TENSORS, 1),
  sharing: optional(
    exactObject({
      scheme: literal(...SHARING_SCHEMES),
      parties: count(MAX_PARTIES, 2),
      party_id: count(MAX_PARTIES, 1),
    }),
  ),
  encryption: optional(
    exactObject({
      scheme: literal(...ENCRYPTION_SCHEMES),
      tier: literal(...TIERS),
      key_id: optional(text(DIGEST)),
    }),
  ),
});
