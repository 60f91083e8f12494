import { decodeBase64 } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';

/**
 * The DER in a PEM text (RFC 7468) of exactly one block.
 * @throws MeshError INVALID_KEY
 */
export function fromPem(pem: string, label: string): Uint8Array {
  const match = new RegExp(
    `^\\s*-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----\\s*$`,
  ).exec(pem);
  try {
    const der = match && decodeBase64(match[1]!.replaceAll(/\s/g, ''));
    if (der && der.length > 0) return der;
  } catch {
    // the same error as for a text without a block
  }
  throw new MeshError('INVALID_KEY', `the key is not a PEM block of type ${label}`);
}
