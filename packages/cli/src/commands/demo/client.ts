import { Option } from 'commander';
import type { Command } from 'commander';
import { DEMO_BACKENDS } from '../../demo/cast.ts';
import type { DemoBackend } from '../../demo/cast.ts';
import { integer, repeated } from '../../input/arguments.ts';
import { addExamples } from '../../lazy-commands.ts';

export interface DemoClientFlags {
  readonly party?: readonly string[];
  readonly bridge?: string;
  readonly backend: DemoBackend;
  readonly digit: number;
}

export function demoClient(command: Command): void {
  command
    .description(
      'Draws a digit, splits it between the servers of the demo, puts their answers together, and holds the result ' +
        'against the same model in the clear. Then it asks the servers to collude.',
    )
    .option('-p, --party <url>', 'a server of the demo; give it 2 to 16 times', repeated)
    .option('--bridge <url>', 'the server of the demo on ciphertexts, in place of --party')
    .addOption(
      new Option('--backend <name>', 'how to keep the digit private')
        .choices(DEMO_BACKENDS)
        .default('shares'),
    )
    .option('-d, --digit <0-9>', 'which digit', integer(0, 9), 3)
    .action(async (flags: DemoClientFlags) => {
      if (flags.backend === 'ckks' || flags.bridge !== undefined) {
        const { runDemoBridgeClient } = await import('../../demo/bridge-client.ts');
        await runDemoBridgeClient(flags);
      } else {
        const { runDemoClient } = await import('../../demo/client.ts');
        await runDemoClient(flags);
      }
    });
  addExamples(command, [
    [
      'with two servers, each in a terminal of its own',
      'npx sharemesh demo client --party http://127.0.0.1:4001 --party http://127.0.0.1:4002',
    ],
  ]);
}
