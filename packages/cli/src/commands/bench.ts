import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { repeated } from '../input/arguments.ts';
import { addExamples } from '../lazy-commands.ts';

export interface BenchFlags {
  readonly suite?: readonly string[];
  readonly shape?: readonly string[];
  readonly batch?: readonly number[];
  readonly parties?: readonly number[];
  readonly rtt?: readonly number[];
  readonly filter?: string;
  readonly quick?: boolean;
  readonly json?: string;
  readonly report?: string;
}

export function bench(command: Command): void {
  command
    .description(
      'Measures what privacy costs on this machine: the kernels and whole calls over HTTP, each beside ONNX Runtime and ' +
        'ml-matrix in the clear, over the same transport and in turn within one run. Prints medians with both sides of ' +
        'every ratio. Takes about three quarters of an hour; --quick a few minutes.',
    )
    .optionsGroup('What it measures:')
    .option('-q, --quick', 'fewer sizes and repeats: a first impression')
    .option(
      '-s, --suite <name>',
      'kernel, mesh, trust, ckks or compare; give it several times for several (default: all)',
      repeated,
    )
    .option('--shape <shape>', '256x10, 784x128, network-a, 1024x1024 or 4096x4096; several times', repeated)
    .option('--batch <rows>', 'rows of a call, such as 1,8,64', integers(1, 64))
    .option('--parties <n>', 'servers that share an input, such as 2,3,5', integers(2, 16))
    .option('--rtt <ms>', 'round-trip times to simulate, such as 1,10,40', integers(0, 1_000))
    .option('--filter <text>', 'only steps whose names contain this, such as route')
    .optionsGroup('What it leaves:')
    .option('--json <file>', 'all figures, for scripts')
    .option('--report <file>', 'a page of charts in one HTML file')
    .action(async (flags: BenchFlags) => {
      const { runBenchCommand } = await import('../bench/run.ts');
      await runBenchCommand(flags);
    });
  addExamples(command, [
    ['a first impression, as a page', 'npx sharemesh bench --quick --report bench.html'],
    ['the kernels alone', 'npx sharemesh bench --suite kernel'],
    ['ciphertexts, beside node-seal', 'npx sharemesh bench --suite ckks --quick'],
    ['plaintext, shares and ciphertexts side by side', 'npx sharemesh bench --suite compare --rtt 10,40'],
    ['how much a longer cable changes', 'npx sharemesh bench --suite mesh --shape 1024x1024 --rtt 1,10,40'],
  ]);
}

/** A parser of flags that take a list of integers. */
const integers =
  (min: number, max: number) =>
  (text: string): number[] =>
    text.split(',').map((part) => {
      const value = Number(part);
      if (!/^\d+$/.test(part) || value < min || value > max) {
        throw new InvalidArgumentError(
          `It is a list of integers from ${min} to ${max}, with commas between.`,
        );
      }
      return value;
    });
