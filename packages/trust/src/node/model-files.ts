import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshError } from '@sharemesh/wire/errors';
import { comparePaths } from '../model-statement.ts';
import type { SignedFile } from '../model-statement.ts';

/** What belongs to the folder and not to the model: version control, and the signature itself. */
export const IGNORED_PATHS = ['.git', '.gitattributes', '.github', '.gitignore'] as const;

/**
 * Every file below a model's folder with its digest, in the format's order.
 *
 * @param signatureName path of the signature below the folder; left out
 * @throws MeshError INVALID_MODEL for a symbolic link or anything else that is neither folder nor regular file
 */
export async function hashModelFiles(directory: string, signatureName: string): Promise<SignedFile[]> {
  const ignored = new Set<string>([...IGNORED_PATHS, signatureName]);
  const files: SignedFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (ignored.has(name)) continue;
      if (entry.isDirectory()) await visit(name);
      else if (entry.isFile()) files.push({ name, digest: await hashFile(join(directory, name)) });
      else throw new MeshError('INVALID_MODEL', `${name} is neither a folder nor a regular file`);
    }
  };
  await visit('');
  return files.sort((a, b) => comparePaths(a.name, b.name));
}

async function hashFile(path: string): Promise<string> {
  // as a link it may have been put there since the folder was read
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream()) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
