import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackages } from '../../../tools/pack-packages.ts';

/** Somebody else's project, with our packages installed as they would come from the registry. */
export interface PackedProject {
  readonly folder: string;
  /** Add files, by their paths in the project. */
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

const here = fileURLToPath(new URL('..', import.meta.url));

/**
 * Build and pack all packages, and unpack them into the `node_modules` of a new project: what is not in a package is not
 * there, and the condition that leads to sources is nobody's. What our packages depend on is found further up.
 */
export function createPackedProject(): PackedProject {
  const folder = mkdtempSync(join(here, '.project-'));
  const write: PackedProject['write'] = (files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (const { name, tarball } of packPackages(join(folder, '.packed'))) {
      const target = join(folder, 'node_modules', name);
      mkdirSync(target, { recursive: true });
      execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
    }
    write({ 'package.json': '{ "name": "their-app", "private": true, "type": "module" }\n' });
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, write, remove };
}
