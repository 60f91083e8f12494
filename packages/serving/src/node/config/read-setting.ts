import { readFile } from 'node:fs/promises';
import { MeshError } from '@sharemesh/wire/errors';

/**
 * The file that a setting names.
 * @throws MeshError INVALID_CONFIG naming the setting, the file and the reason
 */
export function readSetting(setting: string, path: string): Promise<Buffer> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const why = REASONS[cause.code ?? ''] ?? 'cannot be read';
    throw new MeshError('INVALID_CONFIG', `${setting}: ${path} ${why}`, { cause });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'lies below a file, not a folder',
  ERR_FS_FILE_TOO_LARGE: 'is larger than 2 GiB',
};
