import { MeshError } from '@sharemesh/wire/errors';

/** The error of every model that cannot be used; `where` names the file, tensor or layer at fault. */
export function invalidModel(where: string, reason: string, cause?: unknown): MeshError {
  return new MeshError('INVALID_MODEL', `${where}: ${reason}`, { cause });
}
