import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { noChromium } from './support/chromium.ts';

if (noChromium) console.warn(`tests/browser: skipped, ${noChromium}`);

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string }[];
}

it.skipIf(noChromium)(
  'the tests of wire, kernels, shares, RLWE and client pass in Chromium as they do in Node',
  async () => {
    const file = join(tmpdir(), `sharemesh-browser-tests-${process.pid}.json`);
    const output = await runVitest(['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    await rm(file);
    const failed = report.testResults.filter(({ status }) => status !== 'passed');
    expect(failed, output).toEqual([]);
    const packages = report.testResults.map(({ name }) => /packages\/([^/]+)\//.exec(name)?.[1]);
    expect(new Set(packages)).toEqual(new Set(['wire', 'kernels', 'shares', 'rlwe', 'client']));
    expect(report.numPassedTests).toBeGreaterThan(800);
  },
  300_000,
);

/** What it printed; how it ended is in its report. */
function runVitest(flags: readonly string[]): Promise<string> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const words = [vitest, 'run', '--config', 'tests/browser/vitest.config.ts', ...flags];
  // what a test runner tells its own tests is not for another one
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: root, env, maxBuffer: 2 ** 26 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
