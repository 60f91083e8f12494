import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshError } from '@sharemesh/wire/errors';
import { comparePaths } from '../model-statement.ts';
import type { SignedFile } from '../model-statement.ts';

/** Parts of the folder that are not part of the model: version control. The signature itself is the other. */
export const IGNORED_PATHS = ['.git', '.gitattributes', '.github', '.gitignore'] as const;

/**
 * Every file below the folder of a model with its digest, in the order of the format.
 *
 * @param signatureName path of the signature below the folder; left out
 * @throws MeshError INVALID_MODEL for a symbolic link, anything else that is neither folder nor regular file, and a name that
 * is not UTF-8: two such names may look alike
 */
export async function hashModelFiles(directory: string, signatureName: string): Promise<SignedFile[]> {
  const ignored = new Set<string>([...IGNORED_PATHS, signatureName]);
  const files: SignedFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(join(directory, folder), { withFileTypes: true, encoding: 'buffer' });
    for (const entry of entries) {
      const name = folder === '' ? decodeName(entry.name) : `${folder}/${decodeName(entry.name)}`;
      if (ignored.has(name)) continue;
      if (entry.isDirectory()) await visit(name);
      else if (entry.isFile()) files.push({ name, digest: await hashFile(join(directory, name)) });
      else throw new MeshError('INVALID_MODEL', `${name} is neither a folder nor a regular file`);
    }
  };
  await visit('');
  return files.sort((a, b) => comparePaths(a.name, b.name));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeName(name: Uint8Array): string {
  try {
    return utf8.decode(name);
  } catch (cause) {
    throw new MeshError('INVALID_MODEL', 'the folder has a file whose name is not UTF-8', { cause });
  }
}

async function hashFile(path: string): Promise<string> {
  // it may have been replaced by a link since the folder was read
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream()) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
