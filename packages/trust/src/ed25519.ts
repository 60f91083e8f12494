import { ed25519 } from '@noble/curves/ed25519.js';
import { MeshError } from '@sharemesh/wire/errors';
import { asBuffer, fromBase64Url, toBase64Url } from './bytes.ts';

/*
 * Ed25519 (RFC 8032) by WebCrypto: Node 20, Chrome 137, Firefox 129, Safari 17 and later. On a platform without it, every
 * function here throws MeshError UNSUPPORTED_PLATFORM. Public keys are checked by @noble/curves, since platforms differ in
 * which ones they accept.
 */

/** A party's key pair. The private key cannot be read out of the platform unless it was made extractable. */
export interface PartyKey {
  readonly privateKey: CryptoKey;
  /** The 32 bytes of the public key in base64url, as GET /v1/party announces it. */
  readonly publicKey: string;
}

/**
 * A fresh key pair from the platform's generator.
 * @param extractable whether the private key may be written to a file
 */
export async function generatePartyKey(extractable = false): Promise<PartyKey> {
  const pair = await available(crypto.subtle.generateKey('Ed25519', extractable, ['sign', 'verify']));
  const { privateKey, publicKey } = pair as CryptoKeyPair;
  return {
    privateKey,
    publicKey: toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))),
  };
}

/** @returns 64 bytes */
export async function sign(key: PartyKey, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await available(crypto.subtle.sign('Ed25519', key.privateKey, asBuffer(message))));
}

/**
 * @param publicKey 32 bytes in base64url
 * @returns false for any signature that is not 64 bytes or does not verify
 * @throws MeshError INVALID_KEY for anything that is not a key, and for keys of small order
 */
export async function verify(
  publicKey: string,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = await importPublicKey(publicKey);
  if (signature.length !== 64) return false;
  return crypto.subtle.verify('Ed25519', key, asBuffer(signature), asBuffer(message));
}

/** A client checks many receipts of at most 16 parties, and to check a key takes as long as to check a signature: 0.4 ms. */
const imported = new Map<string, CryptoKey>();
const MAX_IMPORTED = 64;

/** @throws MeshError INVALID_KEY */
async function importPublicKey(publicKey: string): Promise<CryptoKey> {
  const known = imported.get(publicKey);
  if (known) return known;
  const raw = publicKeyBytes(publicKey);
  requireStrongKey(raw);
  const key = await available(crypto.subtle.importKey('raw', asBuffer(raw), 'Ed25519', false, ['verify']));
  if (imported.size >= MAX_IMPORTED) imported.clear();
  imported.set(publicKey, key);
  return key;
}

/**
 * The 32 bytes of a public key, which may still be no point of the curve: `verify` checks that.
 * @throws MeshError INVALID_KEY
 */
export function publicKeyBytes(publicKey: string): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = fromBase64Url(publicKey);
  } catch (cause) {
    throw new MeshError('INVALID_KEY', 'a public key is 32 bytes in base64url', { cause });
  }
  if (raw.length !== 32) throw new MeshError('INVALID_KEY', 'a public key is 32 bytes in base64url');
  return raw;
}

/**
 * Refuse a key that is not the canonical encoding of a point (RFC 8032 §5.1.3), and the eight points of small order: under
 * one of these a signature can be made that fits most messages, so that its owner could deny every receipt. (Brendel,
 * Cremers, Jackson, Zhao, "The Provable Security of Ed25519", 2021, on message-bound security.)
 * @throws MeshError INVALID_KEY
 */
function requireStrongKey(raw: Uint8Array): void {
  let point: ReturnType<typeof ed25519.Point.fromBytes>;
  try {
    point = ed25519.Point.fromBytes(raw);
  } catch (cause) {
    throw new MeshError('INVALID_KEY', 'the public key is not the canonical encoding of a point', { cause });
  }
  if (point.isSmallOrder()) throw new MeshError('INVALID_KEY', 'the public key has small order');
}

async function available<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'NotSupportedError') {
      throw new MeshError('UNSUPPORTED_PLATFORM', 'this platform has no Ed25519 in WebCrypto', { cause });
    }
    throw new MeshError('INVALID_KEY', 'the key cannot be used', { cause });
  }
}
