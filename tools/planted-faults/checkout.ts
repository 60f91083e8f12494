import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A copy of the sources to plant faults in: a run that is cut short leaves none behind in the real ones. */
export interface Checkout {
  readonly root: string;
  remove(): void;
}

/** Copy what git knows of, and what is new, with the installed packages linked. */
export function copyCheckout(from: string): Checkout {
  const root = mkdtempSync(join(tmpdir(), 'sharemesh-faults-'));
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: from,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  for (const file of list.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(from, file), join(root, file), { force: true, verbatimSymlinks: true });
  }
  linkModules(join(from, 'node_modules'), join(root, 'node_modules'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Packages of others are shared; those of this repository are the copy's own, by the same relative links. */
function linkModules(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === '@sharemesh' || entry.name === '.cache' || entry.name.startsWith('.vite')) continue;
    symlinkSync(source, target);
  }
  mkdirSync(join(to, '@sharemesh'));
  for (const name of readdirSync(join(from, '@sharemesh'))) {
    symlinkSync(readlinkSync(join(from, '@sharemesh', name)), join(to, '@sharemesh', name));
  }
}
