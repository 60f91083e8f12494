import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKeys, generatePartyKey, loadPartyKey, savePartyKey } from '@sharemesh/trust/node';
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
});
