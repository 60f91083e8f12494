import { p256 } from '@noble/curves/nist.js';
import { MeshError } from '@sharemesh/wire/errors';
import { asBuffer } from './bytes.ts';
import { fromPem } from './pem.ts';

/**
 * Verify ECDSA with P-256 and SHA-256.
 *
 * @param publicKeyPem SubjectPublicKeyInfo in PEM
 * @param signature ASN.1 DER, as X.509 and Sigstore encode it
 * @returns false for any signature that is not canonical DER or does not verify
 * @throws MeshError INVALID_KEY
 */
export async function verifyEcdsa(
  publicKeyPem: string,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const spki = fromPem(publicKeyPem, 'PUBLIC KEY');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('spki', asBuffer(spki), algorithm, false, ['verify']);
  } catch (cause) {
    throw new MeshError('INVALID_KEY', 'the key is not an ECDSA P-256 public key', { cause });
  }
  const compact = compactSignature(signature);
  if (!compact) return false;
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, compact, asBuffer(message));
}

/** r ‖ s, 32 bytes each, as WebCrypto takes a signature; undefined for anything but canonical DER. */
function compactSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  try {
    return asBuffer(p256.Signature.fromBytes(der, 'der').toBytes('compact'));
  } catch {
    return undefined;
  }
}
