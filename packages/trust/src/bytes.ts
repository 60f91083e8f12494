import { MeshError } from '@sharemesh/wire/errors';

/** Unpadded base64url (RFC 4648 §5), for short values in headers and JSON: keys, nonces, signatures. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/**
 * The bytes of unpadded base64url. Only the canonical spelling is accepted: unused bits are zero, so that one value has
 * one text.
 * @throws MeshError INVALID_PAYLOAD
 */
export function fromBase64Url(text: string): Uint8Array {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw invalid();
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  // atob ignores unused bits
  if (toBase64Url(bytes) !== text) throw invalid();
  return bytes;
}

const invalid = () => new MeshError('INVALID_PAYLOAD', 'a value is not canonical base64url');

/** The same bytes, typed as WebCrypto wants them: its types exclude memory that threads share. */
export const asBuffer = (bytes: Uint8Array) => bytes as ReturnType<TextEncoder['encode']>;
