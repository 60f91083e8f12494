import { concatBytes } from '@noble/hashes/utils.js';
import { decodeBase64 } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import * as z from 'zod/mini';
import { verifyEcdsa } from './ecdsa.ts';

/** A signed payload: DSSE v1 (github.com/secure-systems-lab/dsse), JSON, base64 inside. */
export const Envelope = z.object({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.object({ sig: z.string(), keyid: z.optional(z.nullable(z.string())) })),
});
export type Envelope = z.infer<typeof Envelope>;

const utf8 = new TextEncoder();

/**
 * What DSSE signs, its pre-authentication encoding: `DSSEv1 <length of type> <type> <length of payload> <payload>`.
 * With the lengths in it, a payload of one type is never taken for another.
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const prefix = utf8.encode(`DSSEv1 ${utf8.encode(payloadType).length} ${payloadType} ${payload.length} `);
  return concatBytes(prefix, payload);
}

/**
 * The payload of an envelope, once its one signature has been checked.
 *
 * @throws MeshError INVALID_SIGNATURE, or INVALID_KEY for a key that is not P-256
 */
export async function openEnvelope(
  envelope: Envelope,
  payloadType: string,
  publicKeyPem: string,
): Promise<Uint8Array> {
  if (envelope.payloadType !== payloadType) {
    throw new MeshError('INVALID_SIGNATURE', `the envelope does not hold ${payloadType}`);
  }
  const [signature, ...more] = envelope.signatures;
  if (!signature || more.length > 0) {
    throw new MeshError('INVALID_SIGNATURE', 'the envelope does not have exactly one signature');
  }
  const payload = base64(envelope.payload);
  if (!(await verifyEcdsa(publicKeyPem, preAuthEncoding(payloadType, payload), base64(signature.sig)))) {
    throw new MeshError('INVALID_SIGNATURE', 'the signature is not by this key over this content');
  }
  return payload;
}

function base64(text: string): Uint8Array {
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw new MeshError('INVALID_SIGNATURE', 'the envelope is not base64 inside', { cause });
  }
}
