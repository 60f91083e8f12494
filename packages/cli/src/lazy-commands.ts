import { Option } from 'commander';
import type { Command } from 'commander';

/** Gives an empty command its description, flags, examples and action. */
export type Configure = (command: Command) => void;

export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Asked for only when the command is: help must not wait for what the commands work with. */
  load(): Promise<Configure>;
}

/** Register commands by name and summary; the rest of one is loaded when it is called. */
export function addCommands(parent: Command, entries: readonly CommandEntry[]): void {
  // what comes after a subcommand's name is the subcommand's, also where the parent has a flag of that name
  parent.enablePositionalOptions();
  for (const { name, summary } of entries) {
    const command = parent.command(name).summary(summary);
    command
      .addHelpOption(general('-h, --help', 'print this help'))
      .helpCommand(false)
      .showHelpAfterError(`(see: ${pathOf(command)} --help)`);
  }
  parent.hook('preSubcommand', async (_, subcommand) => {
    const configure = await entries.find(({ name }) => name === subcommand.name())?.load();
    configure?.(subcommand);
    subcommand.addOption(general('--verbose', 'when it fails, print the stack too'));
  });
}

const general = (flags: string, description: string) => new Option(flags, description).helpGroup('General:');

/** As it is typed: `sharemesh model import`. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** The examples at the end of a command's help: what each is for, and the line to type. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [what: string, line: string])[],
): void {
  const text = examples.map(([what, line]) => `  # ${what}\n  ${line.replaceAll('\n', '\n  ')}`).join('\n\n');
  command.addHelpText('after', `\nExamples:\n${text}`);
}
