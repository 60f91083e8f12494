import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly link?: boolean;
        readonly resolved?: string;
        readonly dependencies?: Readonly<Record<string, string>>;
      }
    >
  >;
}

const { packages } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
) as Lock;

/** Where Node finds `name` from `from`: the nearest node_modules upwards. */
function resolve(from: string, name: string): string {
  for (let folder = from; ; folder = folder.replace(/(^|\/)[^/]*$/, '')) {
    const path = `${folder && `${folder}/`}node_modules/${name}`;
    const entry = packages[path];
    if (entry) return entry.link ? entry.resolved! : path;
    if (folder === '') throw new Error(`${name} is not in the lockfile`);
  }
}

/** What an install of `folder` brings, itself left out. */
function installed(folder: string, found = new Set<string>()): Set<string> {
  for (const name of Object.keys(packages[folder]!.dependencies ?? {})) {
    const path = resolve(folder, name);
    if (found.has(path)) continue;
    found.add(path);
    installed(path, found);
  }
  return found;
}

it('an install of the client brings nothing of a server', () => {
  const names = [...installed('packages/client')].map((path) =>
    path.replace(/^(?:.*node_modules|packages)\//, ''),
  );
  expect(names.toSorted()).toEqual([
    '@noble/curves',
    '@noble/hashes',
    'is-any-array',
    'kernels',
    'ml-array-max',
    'ml-array-min',
    'ml-array-rescale',
    'ml-matrix',
    'model',
    'rlwe',
    'shares',
    'trust',
    'undici',
    'wire',
    'zod',
  ]);
});
