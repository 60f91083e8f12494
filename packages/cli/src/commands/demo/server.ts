import type { Command } from 'commander';
import { integer } from '../../input/arguments.ts';
import { addExamples } from '../../lazy-commands.ts';

export interface DemoServerFlags {
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
    .action(async (flags: DemoServerFlags) => {
      const { runDemoServer } = await import('../../demo/server.ts');
      await runDemoServer(flags);
    });
  addExamples(command, [
    ['in a terminal of its own', 'npx sharemesh demo server --name "server 1" --port 4001'],
  ]);
}
