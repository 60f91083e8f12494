import { Option } from 'commander';
import type { Command } from 'commander';
import { DEMO_BACKENDS } from '../../demo/cast.ts';
import type { DemoBackend } from '../../demo/cast.ts';
import { integer } from '../../input/arguments.ts';
import { addExamples } from '../../lazy-commands.ts';

export interface DemoServerFlags {
  readonly backend: DemoBackend;
  readonly name: string;
  readonly port: number;
}

export function demoServer(command: Command): void {
  command
    .description(
      'A share server that draws what it receives, and hands it to anyone who asks: it is there to be looked at, and ' +
        'to show what happens when servers collude. The one for real use is: sharemesh serve',
    )
    .option('--name <name>', 'what to call it', 'server')
    .option('-p, --port <port>', '0: any free one', integer(0, 65_535), 0)
    .addOption(
      new Option('--backend <name>', 'ckks: a server that draws ciphertexts')
        .choices(DEMO_BACKENDS)
        .default('shares'),
    )
    .action(async ({ backend, ...choice }: DemoServerFlags) => {
      if (backend === 'ckks') {
        const { runDemoBridge } = await import('../../demo/bridge-server.ts');
        await runDemoBridge(choice);
      } else {
        const { runDemoServer } = await import('../../demo/server.ts');
        await runDemoServer(choice);
      }
    });
  addExamples(command, [
    ['in a terminal of its own', 'npx sharemesh demo server --name "server 1" --port 4001'],
  ]);
}
