// Every package as it would be published: built and packed, then judged by publint and are-the-types-wrong.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packPackages } from './pack-packages.ts';

/** The packages are ESM only: how `require` and resolution before Node 12 see them does not matter. */
const IGNORED_RESOLUTIONS = new Set<string>(['node10', 'node16-cjs']);

const destination = mkdtempSync(join(tmpdir(), 'sharemesh-packages-'));
let found = 0;
const report = (line: string) => {
  found += 1;
  console.error(line);
};
try {
  for (const { name, folder, tarball } of packPackages(destination)) {
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true, pack: false });
    for (const message of messages) report(`${name}: ${formatMessage(message, pkg)}`);
    const types = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    // the command has no types to judge where it exports none
    for (const problem of 'problems' in types ? types.problems : []) {
      if ('resolutionKind' in problem && IGNORED_RESOLUTIONS.has(problem.resolutionKind)) continue;
      report(`${name}: ${problem.kind} ${JSON.stringify(problem)}`);
    }
  }
} finally {
  rmSync(destination, { recursive: true });
}
console.log(found === 0 ? 'packages: clean' : `packages: ${found} findings`);
process.exitCode = found === 0 ? 0 : 1;
