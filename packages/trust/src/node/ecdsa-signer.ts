import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { MeshError } from '@sharemesh/wire/errors';
import { preAuthEncoding } from '../envelope.ts';
import type { DsseEnvelope } from '../envelope.ts';

/**
 * Sign a payload in a DSSE envelope.
 * @param privateKeyPem ECDSA P-256, PKCS #8 or SEC 1, unencrypted
 * @throws MeshError INVALID_KEY
 */
export function sealEnvelope(payloadType: string, payload: Uint8Array, privateKeyPem: string): DsseEnvelope {
  const signature = sign('sha256', preAuthEncoding(payloadType, payload), privateKey(privateKeyPem));
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: [{ sig: signature.toString('base64'), keyid: '' }],
  };
}

/** The hint at a key in the Model Signing format: the hex SHA-256 of the public key as PEM text. */
export function keyHint(privateKeyPem: string): string {
  const pem = createPublicKey(privateKey(privateKeyPem)).export({ type: 'spki', format: 'pem' });
  return createHash('sha256').update(pem).digest('hex');
}

function privateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new MeshError('INVALID_KEY', 'the private key cannot be read from its PEM text', { cause });
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new MeshError('INVALID_KEY', 'a signing key is ECDSA on the curve P-256');
  }
  return key;
}
