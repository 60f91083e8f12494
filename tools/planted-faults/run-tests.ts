import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What came of a run of some test files. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** The first test that failed. */
  readonly first?: string;
  /** What the run printed, for when no test ran. */
  readonly output: string;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const TIMEOUT_MS = 300_000;

/** Run test files in a checkout, up to the first failure. */
export async function runTests(
  root: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  const report = join(root, 'faults-report.json');
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const flags = ['--bail=1', '--reporter=json', `--outputFile=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', ...files, ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  await new Promise<void>((resolve) => {
    child.on('error', (error) => (output += error.message));
    child.on('close', () => resolve());
  });
  signal.throwIfAborted();
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    ) as Report;
    const first = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .find(({ status }) => status === 'failed')?.fullName;
    return { passed: numPassedTests, failed: numFailedTests, output, ...(first && { first }) };
  } catch {
    return { passed: 0, failed: 0, output };
  }
}
