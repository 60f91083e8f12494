import { MeshError } from './errors.ts';

const CHUNK = 0x8000;

/** Base64 with padding, RFC 4648 §4. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

/**
 * The bytes of canonical base64: padded, no white space, unused bits zero. One string stands for one value.
 * @throws MeshError INVALID_PAYLOAD
 */
export function decodeBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new MeshError('INVALID_PAYLOAD', 'a payload is not base64');
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  // atob forgives missing padding, white space and stray bits: what has another length than the text stands for, or does
  // not encode back to itself at the end, was not canonical
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const expected = (text.length / 4) * 3 - padding;
  const tail = encodeBase64(bytes.subarray(Math.max(0, Math.floor((bytes.length - 1) / 3) * 3)));
  if (bytes.length !== expected || !text.endsWith(tail)) {
    throw new MeshError('INVALID_PAYLOAD', 'a payload is not canonical base64');
  }
  return bytes;
}
