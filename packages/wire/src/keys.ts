import * as z from 'zod/mini';
import { ApiVersion, Digest, count } from './primitives.ts';
import { ENCRYPTION_SCHEMES, MAX_TENSOR_BYTES, TIERS } from './rules.ts';

/** The answer to PUT /v1/keys/{key_id}; the id is the digest of the body's bytes. */
export const KeyResponse = z.object({
  api_version: ApiVersion,
  key_id: Digest,
  byte_length: count(MAX_TENSOR_BYTES),
});
export type KeyResponse = z.infer<typeof KeyResponse>;

/** The answer to GET /v1/keys: what a client has to register before it can infer. */
export const KeysResponse = z.object({
  api_version: ApiVersion,
  required: z.array(
    z.object({
      scheme: z.enum(ENCRYPTION_SCHEMES),
      tier: z.enum(TIERS),
      kind: z.literal('public_key'),
      byte_length: count(MAX_TENSOR_BYTES, 1),
    }),
  ),
});
export type KeysResponse = z.infer<typeof KeysResponse>;
