import * as z from 'zod/mini';
import { ApiVersion, Digest, count } from './primitives.ts';

/** The answer to PUT /v1/keys/{key_id}; the id is the digest of the body's bytes. */
export const KeyResponse = z.object({
  api_version: ApiVersion,
  key_id: Digest,
  byte_length: count(2 ** 31 - 1),
});
export type KeyResponse = z.infer<typeof KeyResponse>;

/** The answer to GET /v1/keys: what a client has to register before it can infer. */
export const KeysResponse = z.object({
  api_version: ApiVersion,
  required: z.array(
    z.object({
      scheme: z.enum(['ckks', 'bfv']),
      tier: z.enum(['circuit-private', 'public-model']),
      kind: z.literal('public_key'),
      byte_length: count(2 ** 31 - 1, 1),
    }),
  ),
});
export type KeysResponse = z.infer<typeof KeysResponse>;
