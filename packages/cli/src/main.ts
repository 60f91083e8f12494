import { CommanderError } from 'commander';
import { EXIT_CODES } from './exit-code.ts';
import { describeFailure, formatFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { openTerminal } from './terminal/terminal.ts';

/** Run one command line; the exit code of the process. */
async function main(argv: readonly string[]): Promise<number> {
  // `sharemesh help serve` is how git and npm taught it
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const program = createProgram();
  let flags: string[] = [];
  program.hook('preAction', (_, command) => {
    flags = command.options.flatMap(({ long }) => long ?? []);
  });
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : words, { from: 'user' });
    return Number(process.exitCode ?? EXIT_CODES.done.code);
  } catch (error) {
    // commander has printed its own errors, with the flag that may have been meant
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage.code;
    const failure = describeFailure(error, flags);
    const { colors, print } = openTerminal(process.stderr);
    print(colors.red(formatFailure(failure)));
    if (argv.includes('--verbose') && error instanceof Error) print(stack(error));
    return EXIT_CODES[failure.outcome].code;
  }
}

function stack(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stack(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

// `sharemesh model inspect … | head -1`: a reader that has enough is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
