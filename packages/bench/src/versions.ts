import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What the figures depend on, in the order in which it is told. */
const PACKAGES = [
  'hono',
  '@hono/node-server',
  'undici',
  'ml-matrix',
  'onnxruntime-node',
  'node-seal',
] as const;

/** Versions of this project, of Node and V8, and of the libraries at work; those that are not installed are left out. */
export function installedVersions(): Record<string, string> {
  const versions: Record<string, string> = {
    sharemesh: versionIn(new URL('../package.json', import.meta.url)),
    node: process.versions.node,
    v8: process.versions.v8,
  };
  for (const name of PACKAGES) {
    const version = packageVersion(name);
    if (version !== undefined) versions[name] = version;
  }
  return versions;
}

/** From the package's own file, found upwards of its entry: not every package exports it. */
function packageVersion(name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return versionIn(`${folder}/${name}/package.json`);
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

const versionIn = (file: string | URL): string =>
  (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
