import type { Command } from 'commander';
import { addCommands } from '../../lazy-commands.ts';
import type { CommandEntry } from '../../lazy-commands.ts';

const subcommands: readonly CommandEntry[] = [
  {
    name: 'check',
    summary: 'does this file prove that a party signed a wrong reply?',
    load: async () => (await import('./check.ts')).fraudCheck,
  },
];

export function fraud(command: Command): void {
  command
    .description(
      'Receipts make parties answerable: a wrong reply with its receipt proves itself to anyone who has the model.',
    )
    .usage('<command> [options]');
  addCommands(command, subcommands);
}
