import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildCheckout, renderReport, runBench, scopeOf, suites } from '@sharemesh/bench';
import { EXIT_CODES } from '../exit-code.ts';
import { invalidInput } from '../failure.ts';
import { openTerminal } from '../terminal/terminal.ts';
import { showProgress } from './progress.ts';
import { formatResult } from './summary.ts';
import type { BenchFlags } from '../commands/bench.ts';

const COMMAND = fileURLToPath(new URL('../../bin/sharemesh.js', import.meta.url));

/** Measure, tell, and write what was asked for. A target that is missed is a result, not a failure. */
export async function runBenchCommand(flags: BenchFlags): Promise<void> {
  const { suite: names = Object.keys(suites), filter, json, report } = flags;
  const scope = asInput(() =>
    scopeOf({
      quick: flags.quick,
      shapes: flags.shape,
      batches: flags.batch,
      parties: flags.parties,
      rtts: flags.rtt,
    }),
  );
  const interruption = interruptible();
  try {
    const progress = showProgress(process.stderr);
    const result = await runBench({
      suites: names,
      scope,
      ...(filter !== undefined && { filter }),
      party: { program: process.execPath, args: [COMMAND], built: await buildCheckout() },
      command: ['npx sharemesh', ...process.argv.slice(2)].join(' '),
      signal: interruption.signal,
      onProgress: progress,
    }).catch((error: unknown) => {
      throw error instanceof RangeError ? invalidInput(error.message, error) : error;
    });
    const { colors, print } = openTerminal();
    print(formatResult(result, colors));
    if (json !== undefined) await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
    if (report !== undefined) await writeFile(report, await renderReport(result));
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.stderr.write('\nstopped; the servers are gone\n');
    process.exitCode = interruption.exitCode();
  } finally {
    interruption.unwatch();
  }
}

/** A signal that aborts when the process is told to end, so that the run can end its servers first. */
function interruptible() {
  const controller = new AbortController();
  let code: number = EXIT_CODES.interrupted.code;
  const onInterrupt = () => controller.abort();
  const onTerminate = () => {
    code = EXIT_CODES.terminated.code;
    controller.abort();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    exitCode: () => code,
    unwatch: () => void process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate),
  };
}

function asInput<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalidInput(error instanceof Error ? error.message : String(error), error);
  }
}
