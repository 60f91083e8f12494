import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { MeshError } from '@sharemesh/wire/errors';
import { openSignature } from '../model-statement.ts';
import type { ModelStatement, SignedFile } from '../model-statement.ts';
import { hashModelFiles } from './model-files.ts';

export type VerifiedModel = ModelStatement;

/**
 * Is the folder exactly what the key's holder signed? Every file that was signed is there under its name with its
 * content, and there is no other. What the signer left out of the signature is not let in: beside the signature
 * itself, only the files of version control may be there unsigned.
 *
 * The folder is read now: whoever can write to it later can change it later. `loadBundle` checks the weights against
 * the manifest's digests when it loads them.
 *
 * @throws MeshError INVALID_SIGNATURE, INVALID_KEY, MODEL_TAMPERED naming the first file that differs
 */
export async function verifyModel(
  directory: string,
  signaturePath: string,
  publicKeyPem: string,
): Promise<VerifiedModel> {
  let text: string;
  try {
    text = await readFile(signaturePath, 'utf8');
  } catch (cause) {
    throw new MeshError('INVALID_SIGNATURE', 'the signature cannot be read', { cause });
  }
  const statement = await openSignature(text, publicKeyPem);
  requireSame(statement.files, await hashModelFiles(directory, nameBelow(directory, signaturePath)));
  return statement;
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

/** The signature's path in the folder, or '' (no file's name) where it is kept elsewhere. */
function nameBelow(directory: string, signaturePath: string): string {
  const name = relative(resolve(directory), resolve(signaturePath));
  return name.startsWith('..') || isAbsolute(name) ? '' : name.split(sep).join('/');
}

const tampered = (message: string) => new MeshError('MODEL_TAMPERED', message);
