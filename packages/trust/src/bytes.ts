import { MeshError } from '@sharemesh/wire/errors';

/** Unpadded base64url (RFC 4648 §5), for what fits in a header: keys, nonces, signatures. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/**
 * The bytes of unpadded base64url, which must be the one way to write them.
 * @throws MeshError INVALID_PAYLOAD
 */
export function fromBase64Url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw invalid();
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  // atob forgives bits that stand for nothing
  if (toBase64Url(bytes) !== text) throw invalid();
  return bytes;
}

const invalid = () => new MeshError('INVALID_PAYLOAD', 'a value is not canonical base64url');

/** Bytes as WebCrypto takes them: its types leave out memory that threads share. */
export const asBuffer = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
