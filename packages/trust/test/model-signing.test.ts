import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MeshError } from '@sharemesh/wire/errors';
import { createSigningKeys, signModel, verifyModel } from '@sharemesh/trust/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATEMENT_PAYLOAD_TYPE, comparePaths, encodeStatement } from '../src/model-statement.ts';
import type { SignedFile } from '@sharemesh/trust';
import { sealEnvelope } from '../src/node/ecdsa-signer.ts';

const vectors = fileURLToPath(new URL('vectors/model-signing/', import.meta.url));
const keys = createSigningKeys();
let scratch: string;
let copies = 0;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sharemesh-trust-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** The vector's model in a folder of its own. */
async function freshModel(): Promise<string> {
  const directory = join(scratch, `model-${copies++}`);
  await cp(join(vectors, 'model'), directory, { recursive: true });
  return directory;
}

const codeOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  return MeshError.is(error) ? `${error.code}: ${error.message}` : error;
};

const vectorKey = () => readFile(join(vectors, 'public-key.pem'), 'utf8');

describe('a signed model', () => {
  it('verifies where another implementation signed it', async () => {
    const directory = await freshModel();
    const { modelName, files } = await verifyModel(
      directory,
      join(directory, 'model.sig'),
      await vectorKey(),
    );
    expect(modelName).toBe('model');
    expect(files.map(({ name }) => name)).toEqual([
      'model.json',
      'tokens/vocabulary.txt',
      'tokens.txt',
      'weights.bin',
    ]);
  });

  it('is signed over the same statement as the other implementation makes', async () => {
    const directory = await freshModel();
    const payload = async () => {
      const bundle = JSON.parse(await readFile(join(directory, 'model.sig'), 'utf8'));
      return JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
    };
    const theirs = await payload();
    await signModel(directory, keys.privateKeyPem);
    const ours = await payload();
    ours.subject[0].name = theirs.subject[0].name;
    theirs.predicate.serialization.ignore_paths.sort();
    ours.predicate.serialization.ignore_paths.sort();
    expect(ours).toEqual(theirs);
    await verifyModel(directory, join(directory, 'model.sig'), keys.publicKeyPem);
  });

  it('may stand elsewhere, under version control, and its signature apart', async () => {
    const directory = await freshModel();
    await mkdir(join(directory, '.git'));
    await writeFile(join(directory, '.git', 'HEAD'), 'ref');
    await rename(join(directory, 'model.sig'), join(scratch, 'apart.sig'));
    await verifyModel(directory, join(scratch, 'apart.sig'), await vectorKey());
  });

  it('is refused when any file changed, is missing, is new, or two changed places', async () => {
    const cases: [change: (directory: string) => Promise<unknown>, message: string][] = [
      [(d) => writeFile(join(d, 'weights.bin'), 'x'), 'weights.bin is not what was signed'],
      [(d) => rm(join(d, 'tokens.txt')), 'tokens.txt was signed and is missing'],
      [(d) => writeFile(join(d, 'extra.bin'), ''), 'extra.bin was not signed'],
      [(d) => writeFile(join(d, 'tokens', '.gitignore'), ''), 'tokens/.gitignore was not signed'],
      [
        async (d) => {
          await rename(join(d, 'tokens.txt'), join(d, 'swap'));
          await rename(join(d, 'tokens', 'vocabulary.txt'), join(d, 'tokens.txt'));
          await rename(join(d, 'swap'), join(d, 'tokens', 'vocabulary.txt'));
        },
        'tokens/vocabulary.txt is not what was signed',
      ],
      [(d) => symlink('weights.bin', join(d, 'link')), 'link is neither a folder nor a regular file'],
    ];
    for (const [change, message] of cases) {
      const directory = await freshModel();
      await change(directory);
      const found = await codeOf(verifyModel(directory, join(directory, 'model.sig'), await vectorKey()));
      expect(found).toMatch(new RegExp(`^(MODEL_TAMPERED|INVALID_MODEL): ${message}$`));
    }
  });

  it('is refused under another key, or with another signature, type or content', async () => {
    const directory = await freshModel();
    const path = join(directory, 'model.sig');
    const signed = JSON.parse(await readFile(path, 'utf8'));
    const verifyWith = async (bundle: unknown, key?: string) => {
      await writeFile(path, typeof bundle === 'string' ? bundle : JSON.stringify(bundle));
      return codeOf(verifyModel(directory, path, key ?? (await vectorKey())));
    };
    const envelope = signed.dsseEnvelope;
    const [signature] = envelope.signatures;
    const withEnvelope = (changes: object) => ({ ...signed, dsseEnvelope: { ...envelope, ...changes } });
    const payload = Buffer.from(envelope.payload, 'base64').toString();

    expect(await verifyWith(signed, keys.publicKeyPem)).toMatch(/^INVALID_SIGNATURE: .*not by this key/);
    const renamed = Buffer.from(payload.replace('tokens.txt', 'other.txt')).toString('base64');
    expect(await verifyWith(withEnvelope({ payload: renamed }))).toMatch(/^INVALID_SIGNATURE/);
    expect(await verifyWith(withEnvelope({ payloadType: 'text/plain' }))).toMatch(/^INVALID_SIGNATURE/);
    expect(await verifyWith(withEnvelope({ signatures: [] }))).toMatch(/exactly one signature/);
    expect(await verifyWith(withEnvelope({ signatures: [signature, signature] }))).toMatch(
      /exactly one signature/,
    );
    expect(await verifyWith(withEnvelope({ signatures: [{ sig: 'AA' }] }))).toMatch(/^INVALID_SIGNATURE/);
    expect(await verifyWith({ ...signed, mediaType: 'application/json' })).toMatch(/^INVALID_SIGNATURE/);
    expect(await verifyWith('not json')).toMatch(/^INVALID_SIGNATURE/);
    expect(await codeOf(verifyModel(directory, join(directory, 'none.sig'), await vectorKey()))).toMatch(
      /^INVALID_SIGNATURE: the signature cannot be read/,
    );
    const der = Buffer.from(signature.sig, 'base64');
    for (let at = 0; at < der.length; at++) {
      const changed = Buffer.from(der);
      changed[at]! ^= 0x40;
      const bundle = withEnvelope({ signatures: [{ sig: changed.toString('base64') }] });
      expect(await verifyWith(bundle)).toMatch(/^INVALID_SIGNATURE/);
    }
  });

  it('is refused where the owner of the key signed something that is no sound statement', async () => {
    const directory = await freshModel();
    const path = join(directory, 'model.sig');
    const digest = 'ab'.repeat(32);
    const statement = JSON.parse(
      Buffer.from(
        encodeStatement({ modelName: 'm', files: [{ name: 'model.json', digest }] }, []),
      ).toString(),
    );
    const { predicate, subject } = statement;
    const [resource] = predicate.resources;
    const rootOf = (count: number) =>
      createHash('sha256')
        .update(Buffer.from(digest.repeat(count), 'hex'))
        .digest('hex');
    expect(subject[0].digest.sha256).toBe(rootOf(1));
    const resources = (...list: object[]) => ({
      ...statement,
      subject: [{ ...subject[0], digest: { sha256: rootOf(list.length) } }],
      predicate: { ...predicate, resources: list },
    });
    const serialization = (changes: object) => ({
      ...statement,
      predicate: { ...predicate, serialization: { ...predicate.serialization, ...changes } },
    });
    const notAStatement =
      'the signed statement is not one of Model Signing v1.0 about SHA-256 digests of files';
    const elsewhere = 'a file has a name that leads elsewhere';
    const unsound: [statement: unknown, message: string][] = [
      [{ ...statement, _type: 'https://in-toto.io/Statement/v0.1' }, notAStatement],
      [{ ...statement, predicateType: 'https://model_signing/Digests/v0.1' }, notAStatement],
      [{ ...statement, subject: [...subject, ...subject] }, notAStatement],
      [{ ...statement, subject: [] }, notAStatement],
      [serialization({ method: 'shards' }), notAStatement],
      [serialization({ hash_type: 'blake2' }), notAStatement],
      [resources({ ...resource, algorithm: 'md5' }), notAStatement],
      [resources({ ...resource, digest: digest.toUpperCase() }), notAStatement],
      [resources({ ...resource, digest: `${digest}00` }), notAStatement],
      [resources({ ...resource, digest: 'cd'.repeat(32) }), 'the root digest is not that of the files'],
      [resources({ ...resource, name: '../model.json' }), elsewhere],
      [resources({ ...resource, name: '/model.json' }), elsewhere],
      [resources({ ...resource, name: 'a//b' }), elsewhere],
      [resources({ ...resource, name: 'a\\b' }), elsewhere],
      [resources({ ...resource, name: '\ud800' }), elsewhere],
      [resources(resource, { ...resource }), 'a file is listed twice'],
      [null, notAStatement],
    ];
    const bundleOf = (payload: Uint8Array, type = STATEMENT_PAYLOAD_TYPE) => ({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: {} },
      dsseEnvelope: sealEnvelope(type, payload, keys.privateKeyPem),
    });
    const verify = async (bundle: unknown) => {
      await writeFile(path, JSON.stringify(bundle));
      return codeOf(verifyModel(directory, path, keys.publicKeyPem));
    };
    const utf8 = new TextEncoder();
    for (const [value, message] of unsound) {
      expect(await verify(bundleOf(utf8.encode(JSON.stringify(value))))).toBe(
        `INVALID_SIGNATURE: ${message}`,
      );
    }
    const text = JSON.stringify(resources(resource));
    expect(await verify(bundleOf(utf8.encode(text)))).toMatch(/^MODEL_TAMPERED/);
    for (const payload of ['{', `\ufeff${text}`, text.replace('"_type"', '"_type":1,"_type"')]) {
      expect(await verify(bundleOf(utf8.encode(payload)))).toBe(
        'INVALID_SIGNATURE: the signature is not JSON',
      );
    }
    const other = bundleOf(utf8.encode(text), 'text/plain');
    expect(await verify(other)).toBe(
      `INVALID_SIGNATURE: the envelope does not hold ${STATEMENT_PAYLOAD_TYPE}`,
    );
    const bundle = bundleOf(utf8.encode(text));
    const notABundle = 'the file is not a Sigstore bundle with a public key and an envelope';
    for (const changes of [
      { mediaType: 'application/vnd.dev.sigstore.bundle.v0.1+json' },
      { verificationMaterial: { certificate: {} } },
      { verificationMaterial: { publicKey: { hint: 7 } } },
      { dsseEnvelope: { ...bundle.dsseEnvelope, payload: 7 } },
      { dsseEnvelope: { ...bundle.dsseEnvelope, signatures: {} } },
    ]) {
      expect(await verify({ ...bundle, ...changes })).toBe(`INVALID_SIGNATURE: ${notABundle}`);
    }
  });

  it('is not made of a list of files that would be refused', async () => {
    const digest = 'ab'.repeat(32);
    const file = { name: 'model.json', digest };
    const code = (files: SignedFile[]) => {
      try {
        encodeStatement({ modelName: 'm', files }, []);
      } catch (error) {
        return MeshError.is(error) ? error.message : 'another error';
      }
      return undefined;
    };
    expect(code([file, { ...file, name: 'a/b.c' }])).toBeUndefined();
    expect(code([file, file])).toBe('a file is listed twice');
    const elsewhere = [
      '../a',
      '/a',
      'a//b',
      'a/',
      '',
      '.',
      'a/./b',
      'a/..',
      'a\\b',
      'a\0b',
      '\ud800',
      'a/\udfff.bin',
    ];
    for (const name of elsewhere) {
      expect([name, code([{ ...file, name }])]).toEqual([name, 'a file has a name that leads elsewhere']);
    }
    for (const digest of ['', 'AB'.repeat(32), 'ab'.repeat(31), 'zz'.repeat(32)]) {
      expect(code([{ ...file, digest }])).not.toBeUndefined();
    }
  });

  it('lists its files by the segments of their paths, and within these by code points', () => {
    const names = ['b', 'a.b', 'a/b', 'a', 'ab', 'a/b/c', 'a/a.', '\u{1f600}', '\uffff', 'B'];
    const sorted = names.toSorted(comparePaths);
    expect(sorted).toEqual(['B', 'a', 'a/a.', 'a/b', 'a/b/c', 'a.b', 'ab', 'b', '\uffff', '\u{1f600}']);
    for (const a of names)
      for (const b of names) expect(Math.sign(comparePaths(a, b))).toBe(-Math.sign(comparePaths(b, a)) || 0);
    const statement = encodeStatement(
      { modelName: 'm', files: names.map((name) => ({ name, digest: 'ab'.repeat(32) })) },
      ['x'],
    );
    const { predicate } = JSON.parse(Buffer.from(statement).toString());
    expect(predicate.resources.map(({ name }: { name: string }) => name)).toEqual(sorted);
    expect(predicate.serialization.ignore_paths).toEqual(['x']);
  });

  it('has no file with a name that could be taken for another’s', async ({ skip }) => {
    // 0xff is no UTF-8: a reader of names as text sees U+FFFD, the name of the file beside it
    const directory = await freshModel();
    await writeFile(join(directory, '\ufffd'), 'signed');
    await signModel(directory, keys.privateKeyPem);
    const path = join(directory, 'model.sig');
    await verifyModel(directory, path, keys.publicKeyPem);
    const hidden = Buffer.concat([Buffer.from(`${directory}/`), Buffer.of(0xff)]);
    await writeFile(hidden, 'not signed').catch(() => skip('this file system has UTF-8 names only'));
    const refused = /^INVALID_MODEL: the folder has a file whose name is not UTF-8/;
    expect(await codeOf(verifyModel(directory, path, keys.publicKeyPem))).toMatch(refused);
    expect(await codeOf(signModel(directory, keys.privateKeyPem))).toMatch(refused);
  });

  it('is not signed with a name that a verifier would refuse', async () => {
    const directory = await freshModel();
    await writeFile(join(directory, 'a\\b'), '');
    expect(await codeOf(signModel(directory, keys.privateKeyPem))).toMatch(
      /^INVALID_MODEL: a file has a name that leads elsewhere/,
    );
  });

  it('has a signature of a size that is read, under a name of its own', async () => {
    const directory = await freshModel();
    await rm(join(directory, 'model.sig'));
    const path = await signModel(directory, keys.privateKeyPem, { signatureName: 'owner.sig' });
    expect(path).toBe(join(directory, 'owner.sig'));
    const { modelName, files } = await verifyModel(directory, path, keys.publicKeyPem);
    expect(modelName).toBe(basename(directory));
    expect(files.map(({ name }) => name)).not.toContain('owner.sig');
    // a second signature is one more file
    await writeFile(join(directory, 'model.sig'), '');
    expect(await codeOf(verifyModel(directory, path, keys.publicKeyPem))).toMatch(/model.sig was not signed/);
    await truncate(path, 2 ** 26 + 1);
    expect(await codeOf(verifyModel(directory, path, keys.publicKeyPem))).toMatch(
      /^INVALID_SIGNATURE: the signature has 67108865 bytes, more than 67108864/,
    );
    await truncate(path, 2 ** 26);
    expect(await codeOf(verifyModel(directory, path, keys.publicKeyPem))).toMatch(
      /^INVALID_SIGNATURE: the signature is not JSON/,
    );
    await chmod(directory, 0o700);
    expect(await codeOf(verifyModel(directory, directory, keys.publicKeyPem))).toMatch(/cannot be read/);
  });

  it('says by a hint which key signed, and relies on none', async () => {
    const directory = await freshModel();
    const path = await signModel(directory, keys.privateKeyPem);
    const text = await readFile(path, 'utf8');
    const { verificationMaterial } = JSON.parse(text);
    const pem = createPublicKey(keys.publicKeyPem).export({ type: 'spki', format: 'pem' });
    expect(verificationMaterial.publicKey.hint).toBe(createHash('sha256').update(pem).digest('hex'));
    const { hint } = verificationMaterial.publicKey;
    await writeFile(path, text.replace(hint, 'ab'.repeat(32)));
    await verifyModel(directory, path, keys.publicKeyPem);
    const stranger = createSigningKeys();
    expect(await codeOf(verifyModel(directory, path, stranger.publicKeyPem))).toMatch(/not by this key/);
  });

  it('takes P-256 keys only, and says so', async () => {
    const directory = await freshModel();
    const pem = (curve: string) =>
      generateKeyPairSync('ec', {
        namedCurve: curve,
        privateKeyEncoding: { type: 'sec1', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      });
    const p384 = pem('P-384');
    const path = join(directory, 'model.sig');
    expect(await codeOf(signModel(directory, p384.privateKey))).toMatch(/^INVALID_KEY/);
    expect(await codeOf(signModel(directory, 'nonsense'))).toMatch(/^INVALID_KEY/);
    expect(await codeOf(verifyModel(directory, path, p384.publicKey))).toMatch(/^INVALID_KEY/);
    expect(await codeOf(verifyModel(directory, path, keys.privateKeyPem))).toMatch(/^INVALID_KEY/);
    const p256 = pem('P-256');
    await signModel(directory, p256.privateKey);
    await verifyModel(directory, path, p256.publicKey);
  });
});
