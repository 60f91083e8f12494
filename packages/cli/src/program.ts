import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { OutputConfiguration } from 'commander';
import { commands } from './commands/index.ts';
import { EXIT_CODES } from './exit-code.ts';
import { addCommands } from './lazy-commands.ts';

/** The version in this package's own package.json, the same from src and from dist. */
export function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/**
 * The `sharemesh` command with all its subcommands, of which only the one that is called gets loaded.
 * @param output where help and complaints about flags go; default: standard output and standard error
 */
export function createProgram(output: OutputConfiguration = {}): Command {
  const program = new Command('sharemesh')
    .description(
      'Private model inference. Your input is split into shares that are noise on their own; separate servers ' +
        'compute on one share each; only you can put their answers together.',
    )
    .usage('<command> [options]')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput(output)
    .addHelpText('after', `\n${exitCodeHelp()}\n\n${START}`);
  addCommands(program, commands);
  return program;
}

const START = `Start here:
  npx sharemesh demo                servers and a client, in one terminal
  npx sharemesh <command> --help    what a command does, with examples`;

function exitCodeHelp(): string {
  const lines = Object.values(EXIT_CODES).map(
    ({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`,
  );
  return ['Exit codes:', ...lines].join('\n');
}
