import { MeshError } from '@sharemesh/wire/errors';
import { asBuffer } from './bytes.ts';
import { fromPem } from './pem.ts';

/** Bytes of each of r and s. */
const SCALAR = 32;

/**
 * Verify ECDSA with P-256 and SHA-256.
 *
 * @param publicKeyPem SubjectPublicKeyInfo in PEM
 * @param signature ASN.1 DER, as X.509 and Sigstore have it
 * @throws MeshError INVALID_KEY
 */
export async function verifyEcdsa(
  publicKeyPem: string,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const spki = fromPem(publicKeyPem, 'PUBLIC KEY');
  const p256 = { name: 'ECDSA', namedCurve: 'P-256' };
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('spki', asBuffer(spki), p256, false, ['verify']);
  } catch (cause) {
    throw new MeshError('INVALID_KEY', 'the key is not an ECDSA P-256 public key', { cause });
  }
  const raw = fromDer(signature);
  if (!raw) return false;
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, asBuffer(message));
}

/** r ‖ s, as WebCrypto takes a signature, from SEQUENCE { INTEGER r, INTEGER s }; undefined if it is not that in DER. */
function fromDer(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = readInteger(der, 2);
  const s = r && readInteger(der, r.end);
  if (!r || !s || s.end !== der.length) return undefined;
  const raw = new Uint8Array(2 * SCALAR);
  raw.set(r.value, SCALAR - r.value.length);
  raw.set(s.value, 2 * SCALAR - s.value.length);
  return raw;
}

/** A positive INTEGER of at most 256 bits in its shortest form. */
function readInteger(der: Uint8Array, at: number): { value: Uint8Array; end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== 0x02 || length === 0 || end > der.length) return undefined;
  const bytes = der.subarray(at + 2, end);
  const padded = bytes[0] === 0;
  const negative = bytes[0]! >= 0x80;
  if (negative || (padded && length > 1 && bytes[1]! < 0x80)) return undefined;
  const value = padded ? bytes.subarray(1) : bytes;
  return value.length <= SCALAR ? { value, end } : undefined;
}
