import { decodeBase64 } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';

/**
 * The DER inside the only block of a PEM text (RFC 7468).
 * @throws MeshError INVALID_KEY
 */
export function fromPem(pem: string, label: string): Uint8Array {
  const match = new RegExp(
    `^\\s*-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----\\s*$`,
  ).exec(pem);
  try {
    if (match) return decodeBase64(match[1]!.replaceAll(/\s/g, ''));
  } catch {
    // said below
  }
  throw new MeshError('INVALID_KEY', `the key is not a PEM block of type ${label}`);
}
