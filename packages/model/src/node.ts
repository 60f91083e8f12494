import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ModelBundle } from './bundle.ts';
import { decodeBundle, decodeManifest, encodeManifest, encodeWeights, weightsByteLength } from './codec.ts';
import { invalidModel } from './invalid-model.ts';

/** The two files of a bundle. A manifest names no paths, so it can point nowhere else. */
const MANIFEST_FILE = 'model.json';
const WEIGHTS_FILE = 'weights.bin';

/** Ample for the scales and biases of the largest models: 20 characters a number, 1,024 layers of 1,024 rows. */
const MAX_MANIFEST_BYTES = 64 * 2 ** 20;

export interface LoadBundleOptions {
  /** Refuse a larger weights.bin before reading it. Default 1 GiB. */
  readonly maxWeightsBytes?: number;
}

/**
 * Write a bundle as a folder of model.json and weights.bin, replacing the one there. Each file appears whole or not
 * at all; a reader that sees one old and one new file refuses the pair by its digests.
 */
export async function saveBundle(directory: string, bundle: ModelBundle): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeWhole(join(directory, WEIGHTS_FILE), encodeWeights(bundle));
  await writeWhole(join(directory, MANIFEST_FILE), encodeManifest(bundle.manifest));
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Read the bundle in a folder and check all of it (see `openBundle`).
 * @throws MeshError INVALID_MODEL when the folder does not hold a sound bundle
 */
export async function loadBundle(directory: string, options: LoadBundleOptions = {}): Promise<ModelBundle> {
  const { maxWeightsBytes = 2 ** 30 } = options;
  const manifest = await readRegular(directory, MANIFEST_FILE, MAX_MANIFEST_BYTES);
  const expected = weightsByteLength(decodeManifest(manifest).inference);
  if (expected > maxWeightsBytes) {
    throw invalidModel(
      WEIGHTS_FILE,
      `the model needs ${expected} bytes of weights, more than ${maxWeightsBytes}`,
    );
  }
  const weights = await readRegular(directory, WEIGHTS_FILE, expected);
  return decodeBundle(manifest, weights);
}

/**
 * A regular file of at most `limit` bytes: no pipe or device, and not one byte more than it had when opened. Links are
 * followed within the folder alone, as Kubernetes mounts its ConfigMaps.
 */
async function readRegular(directory: string, file: string, limit: number): Promise<Uint8Array> {
  const name = join(directory, file);
  const fail = (cause: NodeJS.ErrnoException): never => {
    throw invalidModel(name, REASONS[cause.code ?? ''] ?? 'cannot be opened', cause);
  };
  const [root, path] = await Promise.all([realpath(directory), realpath(name)]).catch(fail);
  if (!path.startsWith(root + sep))
    throw invalidModel(name, 'is a symbolic link that leads out of the folder');
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(fail);
  return readHandle(handle, name, limit).finally(() => handle.close());
}

/** Why a file cannot be opened, for people. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'cannot be opened: it does not exist',
  EACCES: 'cannot be opened: this user may not read it',
  ENOTDIR: 'cannot be opened: the model is a folder, and this is a file',
  EISDIR: 'cannot be opened: it is a folder',
  ELOOP: 'is a symbolic link that leads nowhere',
};

async function readHandle(file: FileHandle, name: string, limit: number): Promise<Uint8Array> {
  const stat = await file.stat();
  if (!stat.isFile()) throw invalidModel(name, 'is not a regular file');
  if (stat.size > limit) throw invalidModel(name, `has ${stat.size} bytes where at most ${limit} may be`);
  const bytes = new Uint8Array(stat.size);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) throw invalidModel(name, 'became shorter while it was read');
    at += bytesRead;
  }
  return bytes;
}
