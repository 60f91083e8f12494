import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * In a checkout, build what has changed since the last build, as `npm run build` does: servers are measured as they are
 * published. Installed packages are built already.
 *
 * @returns whether there is a build to measure; false where the sources do not compile
 */
export function buildCheckout(): Promise<boolean> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  if (!existsSync(`${root}tsconfig.base.json`)) return Promise.resolve(true);
  const compiler = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [compiler, '-b'], { cwd: root, stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}
