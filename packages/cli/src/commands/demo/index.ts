import { Option } from 'commander';
import type { Command } from 'commander';
import { DEMO_BACKENDS, castOf } from '../../demo/cast.ts';
import type { DemoBackend } from '../../demo/cast.ts';
import { integer } from '../../input/arguments.ts';
import { addCommands, addExamples } from '../../lazy-commands.ts';
import type { CommandEntry } from '../../lazy-commands.ts';

const subcommands: readonly CommandEntry[] = [
  {
    name: 'server',
    summary: 'one server of the demo, for a terminal of its own',
    load: async () => (await import('./server.ts')).demoServer,
  },
  {
    name: 'client',
    summary: 'the client of the demo, for a terminal of its own',
    load: async () => (await import('./client.ts')).demoClient,
  },
];

interface DemoFlags {
  parties: number;
  digit?: number;
  backend: DemoBackend;
  web?: boolean;
  port: number;
  open?: boolean;
}

export function demo(command: Command): void {
  command
    .description(
      'Starts real server processes and a client. The client splits a 16×16 digit between the servers; each server ' +
        'draws what it received; the client puts the answers together and holds them against the plain ones. ' +
        'The digits and the classifier are made on the spot. Everything stays on this machine and ends by itself.',
    )
    .usage('[options]')
    .option('-n, --parties <n>', 'servers to split the digit between', integer(2, 16), 2)
    .option('-d, --digit <0-9>', 'which digit (default: a 3)', integer(0, 9))
    .addOption(
      new Option('--backend <name>', 'how to keep the digit private')
        .choices(DEMO_BACKENDS)
        .default('shares'),
    )
    .optionsGroup('In the browser:')
    .option('--web', 'a page to draw a digit on, in place of the terminal; Ctrl-C ends it and the servers')
    .option('--port <port>', 'of the page; 0: any free one', integer(0, 65_535), 0)
    .option('--open', 'open the page too')
    .action(run);
  addCommands(command, subcommands);
  addExamples(command, [
    ['two servers and a client', 'npx sharemesh demo'],
    ['five servers; no four of them learn anything', 'npx sharemesh demo --parties 5 --digit 8'],
    ['one server, and a ciphertext in place of shares', 'npx sharemesh demo --backend ckks'],
    ['in the browser, with ciphertexts beside shares', 'npx sharemesh demo --web --open'],
    [
      'by hand, in three terminals',
      'npx sharemesh demo server --name "server 1" --port 4001\n' +
        'npx sharemesh demo server --name "server 2" --port 4002\n' +
        'npx sharemesh demo client --party http://127.0.0.1:4001 --party http://127.0.0.1:4002',
    ],
  ]);
}

async function run({ parties, digit, backend, web, port, open = false }: DemoFlags): Promise<void> {
  if (web) {
    const { performInBrowser } = await import('../../demo/web/perform-in-browser.ts');
    return performInBrowser({ parties, port, open });
  }
  const { perform } = await import('../../demo/stage.ts');
  process.exitCode = await perform(castOf(backend, { parties, ...(digit !== undefined && { digit }) }));
}
