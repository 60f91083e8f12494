import type { Client } from '@sharemesh/client';
import { Option } from 'commander';
import type { Command } from 'commander';
import { connectOptions } from '../infer/connect-options.ts';
import type { ConnectFlags } from '../infer/connect-options.ts';
import type { VerificationFlags } from '../infer/verification.ts';
import { integer, repeated } from '../input/arguments.ts';
import { readInput } from '../input/read-input.ts';
import { parseRows } from '../input/rows.ts';
import { addExamples } from '../lazy-commands.ts';
import { formatOutputs } from '../terminal/outputs.ts';
import { formatReport } from '../terminal/report.ts';
import { openTerminal } from '../terminal/terminal.ts';

interface InferFlags extends ConnectFlags, VerificationFlags {
  input: string;
  report?: boolean;
  json?: boolean;
}

export function infer(command: Command): void {
  command
    .description(
      'Run a model on private inputs. With --party, the input is split into shares and each server gets one. ' +
        'With --bridge, it is encrypted and the one server computes on ciphertexts. Only this process sees the ' +
        'input and the outputs.',
    )
    .optionsGroup('Servers:')
    .option('-p, --party <url>', 'a share server; give it 2 to 16 times', repeated)
    .option('--bridge <url>', 'a server that computes on ciphertexts')
    .addOption(
      new Option('--backend <name>', 'default: shares for --party, ckks for --bridge').choices([
        'shares',
        'ckks',
        'bfv',
      ]),
    )
    .addOption(
      new Option(
        '--tier <name>',
        'for --bridge; public-model is smaller and faster, and lets the replies give the weights away',
      ).choices(['circuit-private', 'public-model']),
    )
    .addOption(new Option('--token <token>', 'bearer token for the servers').env('SHAREMESH_TOKEN'))
    .option(
      '--threshold <t>',
      'any t of the parties are enough, fewer learn nothing (default: all)',
      integer(2, 16),
    )
    .addOption(
      new Option(
        '--surplus <use>',
        'for --threshold without checks: what replies beyond it are for. detect notices as many wrong ones as ' +
          'there are; correct puts half as many right, and more that collude go unnoticed (default: detect)',
      ).choices(['detect', 'correct']),
    )
    .option('--timeout <ms>', 'give up after this long (default: 30000)', integer(1, 2 ** 31 - 1))
    .option(
      '--allow-colocated',
      'accept servers that are one and the same machine or operator; for trying out',
    )
    .option('--allow-insecure', 'accept plain http to other machines')
    .optionsGroup('Model:')
    .requiredOption('-m, --model <id>', 'as the servers list it')
    .option('--model-version <version>', 'where they list several')
    .option('--digest <digest>', 'refuse any other weights (see: sharemesh model inspect)')
    .optionsGroup('Checking the replies:')
    .option('--verify-with <folder>', 'against the bundle itself, where you have it')
    .option('--verify-across', 'against what the servers compute for it together, where you have nothing')
    .option('--checks <file>', 'against check vectors of its owner (see: sharemesh model checks)')
    .option('--checks-key <file>', 'the owner’s public key, ECDSA P-256, PEM')
    .optionsGroup('Input and output:')
    .option('-i, --input <file>', 'JSON or CSV, one input a row; - is standard input', '-')
    .option('-r, --report', 'print also what it cost and how exact it is')
    .option('--json', 'print one line of JSON: outputs, and the report with --report')
    .action(run);
  addExamples(command, [
    [
      'one input, two servers',
      'npx sharemesh infer --party https://a.example --party https://b.example \\\n  --model digits --input digit.json',
    ],
    [
      'two servers on this machine, to try it out',
      'npx sharemesh infer --party http://127.0.0.1:4001 --party http://127.0.0.1:4002 \\\n  --allow-colocated --model digits --input digit.json --report',
    ],
    [
      'one server that computes on ciphertexts',
      'npx sharemesh infer --bridge http://127.0.0.1:4003 --model digits --input digit.json',
    ],
    [
      'do not take the servers’ word: a wrong reply is caught and its sender named',
      'npx sharemesh infer -p $A -p $B -m digits -i digit.json --verify-with ./digits',
    ],
    [
      'from a pipe, for another program',
      'cat rows.csv | npx sharemesh infer -p $A -p $B -m digits --json | jq .outputs',
    ],
  ]);
}

async function run(flags: InferFlags): Promise<void> {
  const options = connectOptions(flags);
  const rows = parseRows(await readInput(flags.input));
  const { connect } = await import('@sharemesh/client/node');
  const { withVerification } = await import('../infer/verification.ts');
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { signal } = interrupted;

  const client = await connect(await withVerification({ ...options, signal }, flags));
  sayWhoIsMissing(client);
  // closed before anything is made of the outputs: the servers see no more of them, nor of an error
  const { outputs, report } = await client.inferBatch(rows, { signal }).finally(() => client.close());
  const { colors, print } = openTerminal();
  if (flags.json) {
    print(JSON.stringify({ outputs: outputs.map((row) => [...row]), ...(flags.report && { report }) }));
  } else {
    print([
      ...formatOutputs(outputs, colors),
      ...(flags.report ? ['', ...formatReport(report, colors)] : []),
    ]);
  }
}

/** On standard error: what is printed for another program stays as it is. */
function sayWhoIsMissing({ excluded }: Client): void {
  if (excluded.length === 0) return;
  const { colors, print } = openTerminal(process.stderr);
  const names = excluded.map(({ party, code }) => `${party} (${code})`).join(', ');
  print(colors.yellow(`going on without ${names}; they are asked again during long runs`));
}
