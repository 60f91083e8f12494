import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A package as it would be published. */
export interface PackedPackage {
  readonly name: string;
  /** Its folder in the checkout. */
  readonly folder: string;
  readonly tarball: string;
}

/** Build all packages, and pack them into `destination`. */
export function packPackages(destination: string): PackedPackage[] {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-b'], { cwd: root, stdio: 'inherit' });
  mkdirSync(destination, { recursive: true });
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  const workspaces = folders.flatMap((folder) => ['--workspace', folder]);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', destination, ...workspaces], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folders.map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
    };
    const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    return { name, folder, tarball: join(destination, file) };
  });
}
