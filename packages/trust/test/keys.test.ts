import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigningKeys,
  generatePartyKey,
  loadPartyKey,
  loadPrivatePem,
  savePartyKey,
} from '@sharemesh/trust/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign, verify } from '../src/ed25519.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sharemesh-keys-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const message = new TextEncoder().encode('message');

describe('key files', () => {
  it('keep a party’s key, for its owner alone', async () => {
    const path = join(scratch, 'party.pem');
    const key = await generatePartyKey(true);
    await savePartyKey(path, key);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const loaded = await loadPartyKey(path);
    expect(loaded.publicKey).toBe(key.publicKey);
    expect(loaded.privateKey.extractable).toBe(false);
    expect(await verify(key.publicKey, message, await sign(loaded, message))).toBe(true);
    await expect(savePartyKey(path, key)).rejects.toThrow('EEXIST');
  });

  it('are refused when they are open to others, of another kind, or absent', async () => {
    const path = join(scratch, 'other.pem');
    await expect(loadPartyKey(path)).rejects.toMatchObject({ code: 'INVALID_KEY' });
    await writeFile(path, createSigningKeys().privateKeyPem, { mode: 0o600 });
    await expect(loadPartyKey(path)).rejects.toMatchObject({ code: 'INVALID_KEY' });
    await writeFile(path, 'nonsense');
    await expect(loadPartyKey(path)).rejects.toMatchObject({ code: 'INVALID_KEY' });
    await savePartyKey(join(scratch, 'open.pem'), await generatePartyKey(true));
    await chmod(join(scratch, 'open.pem'), 0o644);
    await expect(loadPartyKey(join(scratch, 'open.pem'))).rejects.toThrow('chmod 600');
  });

  it('may come from openssl', async ({ skip }) => {
    const path = join(scratch, 'openssl.pem');
    let pem: string;
    try {
      pem = execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' });
    } catch {
      return skip('there is no openssl command here');
    }
    await writeFile(path, pem, { mode: 0o600 });
    const key = await loadPartyKey(path);
    expect(await verify(key.publicKey, message, await sign(key, message))).toBe(true);
  });

  it('keep a private key inside the platform unless asked otherwise', async () => {
    const { privateKey } = await generatePartyKey();
    await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow();
  });

  it('are PEM of 64 characters a line, and end with the private half only', async () => {
    const path = join(scratch, 'lines.pem');
    const key = await generatePartyKey(true);
    await savePartyKey(path, key);
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=]{64}\n-----END PRIVATE KEY-----\n$/);
    expect(createPrivateKey(text).asymmetricKeyType).toBe('ed25519');
    await expect(savePartyKey(join(scratch, 'sealed.pem'), await generatePartyKey())).rejects.toThrow();
  });

  it('say what is wrong with them', async () => {
    const path = join(scratch, 'wrong.pem');
    const messages = {
      none: 'the key file cannot be opened',
      open: 'the key file is open to others than its owner and group: chmod 600 it',
      kind: 'the file does not hold an Ed25519 private key',
      text: 'the key is not a PEM block of type PRIVATE KEY',
    };
    const refused = (message: string) => expect.objectContaining({ code: 'INVALID_KEY', message });
    await expect(loadPartyKey(join(scratch, 'none.pem'))).rejects.toThrow(refused(messages.none));
    for (const other of [createSigningKeys().privateKeyPem, derPem(Buffer.of(1, 2, 3))]) {
      await writeFile(path, other, { mode: 0o600 });
      await expect(loadPartyKey(path)).rejects.toThrow(refused(messages.kind));
    }
    await writeFile(path, 'nonsense');
    await expect(loadPartyKey(path)).rejects.toThrow(refused(messages.text));
    for (const mode of [0o604, 0o644, 0o602, 0o601, 0o620, 0o610, 0o777]) {
      await chmod(path, mode);
      await expect(loadPrivatePem(path)).rejects.toThrow(refused(messages.open));
    }
    for (const mode of [0o600, 0o400, 0o700, 0o440, 0o640]) {
      await chmod(path, mode);
      expect(await loadPrivatePem(path)).toBe('nonsense');
    }
  });
});

const derPem = (der: Buffer) =>
  `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
