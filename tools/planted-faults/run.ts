// Do the tests notice what would make a security claim false? See README.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyCheckout } from './checkout.ts';
import { plant } from './fault.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults/index.ts';
import { runTests } from './run-tests.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const words = process.argv.slice(2);
const onlyCheck = words.includes('--check');
const wanted = words.filter((word) => !word.startsWith('--'));
const chosen = faults.filter(
  ({ name, edits }) =>
    wanted.length === 0 ||
    wanted.some((word) => name.includes(word) || edits.some(({ file }) => file.includes(word))),
);

/** The files of a fault as they are with it. Several edits may be in one file. */
function changedFiles(from: string, { edits }: Fault): Map<string, string> {
  const changed = new Map<string, string>();
  for (const edit of edits) {
    const source = changed.get(edit.file) ?? readFileSync(join(from, edit.file), 'utf8');
    changed.set(edit.file, plant(source, edit));
  }
  return changed;
}

const problems: string[] = [];
const applicable = chosen.filter((fault) => {
  try {
    changedFiles(root, fault);
    const missing = fault.tests.filter((file) => !existsSync(join(root, file)));
    if (missing.length > 0) throw new Error(`no such test: ${missing.join(', ')}`);
    return true;
  } catch (error) {
    problems.push(`${fault.name}: does not apply. ${(error as Error).message}`);
    return false;
  }
});

if (!onlyCheck) await plantAll(applicable);
for (const problem of problems) console.error(problem);
console.log(
  `${chosen.length} faults, ${problems.length} ${onlyCheck ? 'that do not apply' : 'not noticed or not planted'}`,
);
process.exitCode = problems.length > 0 || chosen.length === 0 ? 1 : 0;

async function plantAll(planted: readonly Fault[]): Promise<void> {
  const controller = new AbortController();
  const checkout = copyCheckout(root);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  try {
    const files = [...new Set(planted.flatMap(({ tests }) => tests))];
    const before = await runTests(checkout.root, files, controller.signal);
    if (before.failed > 0 || before.passed === 0) {
      problems.push(`without a fault: ${before.first ?? before.output}`);
      return;
    }
    console.log(`${before.passed} tests of ${files.length} files pass without a fault`);
    for (const [i, fault] of planted.entries()) {
      console.log(
        `${i + 1}/${planted.length} ${fault.name}: ${await notice(checkout.root, fault, controller.signal)}`,
      );
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    problems.push('interrupted');
  } finally {
    checkout.remove();
  }
}

/** Plant one fault, see which test fails, and take it out again. */
async function notice(copy: string, fault: Fault, signal: AbortSignal): Promise<string> {
  const changed = changedFiles(copy, fault);
  const before = [...changed.keys()].map((file) => [file, readFileSync(join(copy, file))] as const);
  for (const [file, text] of changed) writeFileSync(join(copy, file), text);
  try {
    const { failed, first, passed, output } = await runTests(copy, fault.tests, signal);
    if (failed > 0) return `noticed by “${first}”`;
    // a module that does not load shows a mistake of the list, not that a test notices the fault
    problems.push(`${fault.name}: ${passed > 0 ? 'not noticed' : `no test ran. ${output.slice(-2000)}`}`);
    return passed > 0 ? 'NOT NOTICED' : 'NO TEST RAN';
  } finally {
    for (const [file, bytes] of before) writeFileSync(join(copy, file), bytes);
  }
}
