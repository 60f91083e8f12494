import { generateKeyPairSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import { MeshError } from '@sharemesh/wire/errors';
import { asBuffer, fromBase64Url } from '../bytes.ts';
import type { PartyKey } from '../ed25519.ts';
import { fromPem } from '../pem.ts';

/** The key pair of a model's owner, ECDSA P-256, in PEM (PKCS #8 and SubjectPublicKeyInfo). */
export interface SigningKeys {
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}

/** A fresh key pair for signing models and check vectors. */
export function createSigningKeys(): SigningKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/**
 * Write a party's extractable key as PKCS #8 in PEM, readable by the owner of the file only (mode 0600).
 * @throws Error with code EEXIST where the file exists: keys are not overwritten
 */
export async function savePartyKey(path: string, key: PartyKey): Promise<void> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key.privateKey));
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(
      ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'),
    );
  } finally {
    await file.close();
  }
}

/**
 * A party's key from a file that `savePartyKey` or `openssl genpkey -algorithm ed25519` wrote.
 * @throws MeshError INVALID_KEY
 * @example
 * const sign = createReceiptSigner(await loadPartyKey('party.pem'));
 */
export async function loadPartyKey(path: string): Promise<PartyKey> {
  const der = fromPem(await loadPrivatePem(path), 'PRIVATE KEY');
  try {
    // extractable for a moment: the platform has no other way to derive the public key
    const open = await crypto.subtle.importKey('pkcs8', asBuffer(der), 'Ed25519', true, ['sign']);
    const { x } = await crypto.subtle.exportKey('jwk', open);
    const privateKey = await crypto.subtle.importKey('pkcs8', asBuffer(der), 'Ed25519', false, ['sign']);
    return { privateKey, publicKey: requireKey(x) };
  } catch (cause) {
    throw new MeshError('INVALID_KEY', 'the file does not hold an Ed25519 private key', { cause });
  } finally {
    der.fill(0);
  }
}

function requireKey(x: string | undefined): string {
  if (x === undefined || fromBase64Url(x).length !== 32) throw new TypeError('no public key');
  return x;
}

/**
 * The text of a private key's file. It is refused where anyone but its owner can change it, or anyone but its owner and group
 * can read it: Kubernetes mounts secrets with mode 0440.
 * @throws MeshError INVALID_KEY
 */
export async function loadPrivatePem(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause) => {
    throw new MeshError('INVALID_KEY', 'the key file cannot be opened', { cause });
  });
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o037) !== 0) {
      throw new MeshError(
        'INVALID_KEY',
        'the key file is open to others than its owner and group: chmod 600 it',
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
