import type { Command } from 'commander';
import { addCommands } from '../../lazy-commands.ts';
import type { CommandEntry } from '../../lazy-commands.ts';

const subcommands: readonly CommandEntry[] = [
  {
    name: 'import',
    summary: 'make a bundle of a safetensors file, after a pre-flight check',
    load: async () => (await import('./import.ts')).modelImport,
  },
  {
    name: 'inspect',
    summary: 'say what is in a bundle: layers, bits, bounds, digest',
    load: async () => (await import('./inspect.ts')).modelInspect,
  },
  {
    name: 'sign',
    summary: 'sign a bundle’s files with the owner’s key',
    load: async () => (await import('./sign.ts')).modelSign,
  },
  {
    name: 'verify',
    summary: 'check that a bundle is what its owner signed',
    load: async () => (await import('./verify.ts')).modelVerify,
  },
  {
    name: 'checks',
    summary: 'issue what a client without the model verifies replies with',
    load: async () => (await import('./checks.ts')).modelChecks,
  },
];

export function model(command: Command): void {
  command
    .description(
      'A model travels as a bundle: a folder of model.json (readable) and weights.bin (integers), named by a digest ' +
        'that all parties and the client must agree on.',
    )
    .usage('<command> [options]');
  addCommands(command, subcommands);
}
