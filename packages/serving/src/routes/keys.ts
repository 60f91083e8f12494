import { createHash } from 'node:crypto';
import { API_VERSION, BINARY_MEDIA_TYPE, Digest } from '@sharemesh/wire';
import type { KeyResponse, KeysResponse } from '@sharemesh/wire';
import type { Handler } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { requireMediaType } from '../request/media-type.ts';
import { bodyRules, readBody } from '../request/read-body.ts';
import type { Services } from '../services.ts';

/** GET /v1/keys: what a client has to register before it can infer. Linear layers on shares need nothing. */
export function listKeys({ engines }: Services): Handler {
  const required = engines.flatMap((engine) => engine.requiredKeys ?? []);
  const body: KeysResponse = { api_version: API_VERSION, required };
  return (c) => c.json(body);
}

/** PUT /v1/keys/{key_id}: register a key under the SHA-256 of its bytes. Putting it again changes nothing. */
export function putKey({ engines, limits, budget, lifecycle }: Services): Handler {
  const keeper = engines.find((engine) => engine.registerKey !== undefined);
  const longest = Math.max(0, ...(keeper?.requiredKeys ?? []).map((key) => key.byte_length));
  const rules = bodyRules(longest, limits, budget);

  return async (c, trail) => {
    lifecycle.refuseWhenStopping();
    const keyId = Digest.safeParse(c.req.param('key_id'));
    if (!keyId.success) throw new Refusal('INVALID_REQUEST', 'a key_id is sha256: and 64 hexadecimal digits');
    if (!keeper?.registerKey) throw new Refusal('PARAMETER_MISMATCH', 'no model served here uses keys');
    requireMediaType(c, BINARY_MEDIA_TYPE);
    const key = await readBody(c, trail, rules);
    const { bytes } = key;
    let created: boolean;
    try {
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (keyId.data !== `sha256:${digest}`) {
        throw new Refusal('INVALID_PAYLOAD', 'the key_id is not the digest of the body');
      }
      created = await keeper.registerKey(keyId.data, bytes, trail.owner);
    } finally {
      key.release();
    }
    const body: KeyResponse = { api_version: API_VERSION, key_id: keyId.data, byte_length: bytes.length };
    return c.json(body, created ? 201 : 200);
  };
}
