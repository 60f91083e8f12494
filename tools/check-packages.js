// Every package as it would be published: built, then judged by publint.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('..', import.meta.url));
execFileSync('npx', ['tsc', '-b'], { cwd: root, stdio: 'inherit' });

let found = 0;
for (const name of readdirSync(`${root}packages`)) {
  const { messages, pkg } = await publint({ pkgDir: `${root}packages/${name}`, strict: true, pack: false });
  for (const message of messages) {
    found += 1;
    console.error(`${pkg.name}: ${formatMessage(message, pkg)}`);
  }
}
console.log(found === 0 ? 'packages: clean' : `packages: ${found} findings`);
process.exitCode = found === 0 ? 0 : 1;
