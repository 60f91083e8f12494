import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MeshError } from '@sharemesh/wire/errors';
import { createSigningKeys, signModel, verifyModel } from '@sharemesh/trust/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATEMENT_PAYLOAD_TYPE, encodeStatement } from '../src/model-statement.ts';
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
    const statement = JSON.parse(
      new TextDecoder().decode(
        encodeStatement({ modelName: 'm', files: [{ name: 'model.json', digest: 'ab'.repeat(32) }] }, []),
      ),
    );
    const { predicate } = statement;
    const [resource] = predicate.resources;
    const resources = (...list: object[]) => ({ ...statement, predicate: { ...predicate, resources: list } });
    const unsound = [
      { ...statement, predicateType: 'https://model_signing/Digests/v0.1' },
      { ...statement, subject: [...statement.subject, ...statement.subject] },
      { ...statement, predicate: { ...predicate, serialization: { method: 'shards', hash_type: 'sha256' } } },
      resources({ ...resource, algorithm: 'md5' }),
      resources({ ...resource, digest: 'cd'.repeat(32) }),
      resources({ ...resource, name: '../model.json' }),
      resources({ ...resource, name: '/model.json' }),
      resources({ ...resource, name: 'a//b' }),
      resources({ ...resource, name: 'a\\b' }),
    ];
    for (const unsigned of unsound) {
      const envelope = sealEnvelope(
        STATEMENT_PAYLOAD_TYPE,
        new TextEncoder().encode(JSON.stringify(unsigned)),
        keys.privateKeyPem,
      );
      const bundle = {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { publicKey: {} },
        dsseEnvelope: envelope,
      };
      await writeFile(path, JSON.stringify(bundle));
      expect(await codeOf(verifyModel(directory, path, keys.publicKeyPem))).toMatch(/^INVALID_SIGNATURE/);
    }
    const twice = encodeStatement({ modelName: 'm', files: [resource, resource] }, []);
    const envelope = sealEnvelope(STATEMENT_PAYLOAD_TYPE, twice, keys.privateKeyPem);
    const verificationMaterial = { publicKey: {} };
    const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    await writeFile(path, JSON.stringify({ mediaType, verificationMaterial, dsseEnvelope: envelope }));
    expect(await codeOf(verifyModel(directory, path, keys.publicKeyPem))).toMatch(/a file is listed twice/);
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
