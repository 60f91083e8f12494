import { bytesToHex } from '@noble/hashes/utils.js';
import { MeshError } from '@sharemesh/wire/errors';
import { asBuffer, fromBase64Url, toBase64Url } from './bytes.ts';

/*
 * Ed25519 (RFC 8032) by WebCrypto: Node since 20, Chrome 137, Firefox 129, Safari 17. Where the platform lacks it,
 * every function here throws MeshError UNSUPPORTED_PLATFORM.
 */

/** A party's key pair. The private half stays inside the platform's key store unless it was made extractable. */
export interface PartyKey {
  readonly privateKey: CryptoKey;
  /** The 32 bytes of the public key in base64url: what GET /v1/party says. */
  readonly publicKey: string;
}

/** @param extractable may the private key be written to a file? */
export async function generatePartyKey(extractable = false): Promise<PartyKey> {
  const pair = await available(crypto.subtle.generateKey('Ed25519', extractable, ['sign', 'verify']));
  const { privateKey, publicKey } = pair as CryptoKeyPair;
  return {
    privateKey,
    publicKey: toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))),
  };
}

export async function sign(key: PartyKey, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await available(crypto.subtle.sign('Ed25519', key.privateKey, asBuffer(message))));
}

/**
 * @param publicKey 32 bytes in base64url
 * @throws MeshError INVALID_KEY for anything that is not a key, and for the keys of small order
 */
export async function verify(
  publicKey: string,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (signature.length !== 64) return false;
  const raw = publicKeyBytes(publicKey);
  const key = await available(crypto.subtle.importKey('raw', asBuffer(raw), 'Ed25519', false, ['verify']));
  return crypto.subtle.verify('Ed25519', key, asBuffer(signature), asBuffer(message));
}

/** @throws MeshError INVALID_KEY */
export function publicKeyBytes(publicKey: string): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = fromBase64Url(publicKey);
  } catch (cause) {
    throw new MeshError('INVALID_KEY', 'a public key is 32 bytes in base64url', { cause });
  }
  if (raw.length !== 32) throw new MeshError('INVALID_KEY', 'a public key is 32 bytes in base64url');
  if (hasSmallOrder(raw)) throw new MeshError('INVALID_KEY', 'the public key has small order');
  return raw;
}

/**
 * Under a public key of small order, a signature can be made that fits most messages: who announces one could deny
 * every receipt. (Brendel, Cremers, Jackson, Zhao, "The Provable Security of Ed25519", 2021, on message-bound security.)
 */
function hasSmallOrder(raw: Uint8Array): boolean {
  const unsigned = raw.slice();
  unsigned[31]! &= 0x7f;
  return SMALL_ORDER.has(bytesToHex(unsigned));
}

/** The y-coordinates of the eight points of order 1, 2, 4 and 8, and their encodings above 2^255 − 19. */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

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
