import { concatBytes } from '@noble/hashes/utils.js';
import { decodeBase64 } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import * as z from 'zod/mini';
import { verifyEcdsa } from './ecdsa.ts';

/** A signed payload: DSSE v1 (github.com/secure-systems-lab/dsse), JSON with base64 inside. */
export const DsseEnvelope = z.object({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.object({ sig: z.string(), keyid: z.optional(z.nullable(z.string())) })),
});
export type DsseEnvelope = z.infer<typeof DsseEnvelope>;

const utf8 = new TextEncoder();

/**
 * The bytes that a DSSE signature is over: `DSSEv1 <length of type> <type> <length of payload> <payload>`. Because of the
 * lengths, no two pairs of type and payload give the same bytes.
 *
 * @throws MeshError INVALID_INPUT for a type outside printable ASCII: UTF-8 has one encoding for all lone surrogates
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  if (!/^[!-~]+$/.test(payloadType)) {
    throw new MeshError('INVALID_INPUT', 'the type of a payload is printable ASCII without spaces');
  }
  const prefix = utf8.encode(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
  return concatBytes(prefix, payload);
}

/**
 * The payload of an envelope, after its one signature has been verified.
 *
 * @throws MeshError INVALID_SIGNATURE, or INVALID_KEY for a key that is not P-256
 */
export async function openEnvelope(
  envelope: DsseEnvelope,
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
    throw new MeshError('INVALID_SIGNATURE', 'the envelope holds text that is not base64', { cause });
  }
}
