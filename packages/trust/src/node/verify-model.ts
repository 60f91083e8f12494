import { open } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { MeshError } from '@sharemesh/wire/errors';
import { openSignature } from '../model-statement.ts';
import type { ModelStatement, SignedFile } from '../model-statement.ts';
import { hashModelFiles } from './model-files.ts';

/** Room for some 200,000 files. */
const MAX_SIGNATURE_BYTES = 2 ** 26;

/**
 * Is the folder exactly what the owner of the key signed? Every signed file has to be there under its name with its content,
 * and no other file may be there. The signer's list of ignored paths is not followed: apart from the signature, only the
 * files of version control may be unsigned.
 *
 * The folder is read now, and whoever can write to it can change it later. `loadBundle` checks the weights against the
 * digests in the manifest when it loads them.
 *
 * @returns what was signed
 * @throws MeshError INVALID_SIGNATURE; INVALID_KEY; MODEL_TAMPERED naming the first file that differs; INVALID_MODEL for a
 * folder with links, special files or names that are not UTF-8
 * @example
 * await verifyModel('./digits', './digits/model.sig', await readFile('owner.pem.pub', 'utf8'));
 */
export async function verifyModel(
  directory: string,
  signaturePath: string,
  publicKeyPem: string,
): Promise<ModelStatement> {
  const statement = await openSignature(await readSignatureFile(signaturePath), publicKeyPem);
  requireSame(statement.files, await hashModelFiles(directory, nameBelow(directory, signaturePath)));
  return statement;
}

async function readSignatureFile(path: string): Promise<string> {
  let size: number;
  try {
    const file = await open(path);
    try {
      size = (await file.stat()).size;
      if (size <= MAX_SIGNATURE_BYTES) return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new MeshError('INVALID_SIGNATURE', 'the signature cannot be read', { cause });
  }
  throw new MeshError(
    'INVALID_SIGNATURE',
    `the signature has ${size} bytes, more than ${MAX_SIGNATURE_BYTES}`,
  );
}

function requireSame(signed: readonly SignedFile[], found: readonly SignedFile[]): void {
  const digests = new Map(found.map(({ name, digest }) => [name, digest]));
  for (const { name, digest } of signed) {
    const actual = digests.get(name);
    if (actual === undefined) throw tampered(`${name} was signed and is missing`);
    if (actual !== digest) throw tampered(`${name} is not what was signed`);
    digests.delete(name);
  }
  for (const name of digests.keys()) throw tampered(`${name} was not signed`);
}

/** The path of the signature below the folder, or '' (which no file has) where it is outside. */
function nameBelow(directory: string, signaturePath: string): string {
  const name = relative(resolve(directory), resolve(signaturePath));
  return name.startsWith('..') || isAbsolute(name) ? '' : name.split(sep).join('/');
}

const tampered = (message: string) => new MeshError('MODEL_TAMPERED', message);
