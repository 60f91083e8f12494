import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { repeated } from '../input/arguments.ts';
import { addExamples } from '../lazy-commands.ts';
import { openTerminal } from '../terminal/terminal.ts';

interface ServeFlags extends Readonly<Record<string, unknown>> {
  readonly model?: readonly string[];
  readonly scheme: string;
  readonly json?: boolean;
}

/** The flags that are no settings of the server. */
const OWN_FLAGS = new Set(['model', 'scheme', 'json', 'verbose']);

export function serve(command: Command): void {
  command
    .description(
      'Run one server, which holds the models and never sees an input. As one party of a mesh it multiplies shares by ' +
        'the weights: a share is noise, and so is its reply; privacy needs two parties or more, run by people who will ' +
        'not pool what they receive. With --scheme ckks or bfv it is a server on its own that computes on ciphertexts. ' +
        'Each flag can be an environment variable instead: --max-batch-size is SHAREMESH_MAX_BATCH_SIZE.',
    )
    .optionsGroup('What it serves:')
    .option(
      '-m, --model <folder>',
      'a model bundle; give it several times for several (SHAREMESH_MODELS)',
      repeated,
    )
    .addOption(
      new Option(
        '--scheme <names>',
        'shares; or ckks (reals), bfv (exact integers) or ckks,bfv; not shares and ciphertexts in one',
      )
        .env('SHAREMESH_SCHEME')
        .default('shares'),
    )
    .option('--operator <name>', 'who runs this party; clients refuse two parties of one operator')
    .option('--receipt-key <file>', 'sign every reply, with this Ed25519 key (PEM, mode 600); for shares')
    .option(
      '--tiers <names>',
      'for ciphertexts: circuit-private (default), or also public-model, whose replies give the weights away',
    )
    .optionsGroup('Where it listens:')
    .option('-p, --port <port>', '0: any free one (default: 8701)')
    .option('--host <address>', 'default: 127.0.0.1, this machine only')
    .option(
      '--allowed-hosts <names>',
      'refuse requests with another Host; on a loopback address without tokens the names of this machine are always allowed',
    )
    .option('--tls-key <file>', 'PEM; with --tls-cert it speaks https')
    .option('--tls-cert <file>', 'PEM')
    .option('--tls-client-ca <file>', 'PEM; only clients with a certificate of this authority')
    .option('--insecure', 'plain http beyond this machine, for use behind a proxy that ends TLS')
    .option(
      '--cors-origins <origins>',
      'web pages that may call it, such as https://app.example; commas between',
    )
    .option('--tokens <file>', 'JSON of the bearer tokens that are let in: name, sha256, scopes')
    .option('--metrics-port <port>', 'Prometheus metrics, plain http, on a port of their own')
    .option('--metrics-host <address>', 'where the metrics are (default: 127.0.0.1, this machine only)')
    .optionsGroup('What it spends:')
    .option('--workers <n>', 'threads for large products (default: one less than there are cores)')
    .option('--max-batch-size <rows>', 'of one request (default: 64)')
    .option('--max-body-bytes <bytes>', 'of one request')
    .option('--max-queued <n>', 'requests that wait for a thread; beyond it, 503')
    .option('--wait-ms <ms>', 'answer 202 and let the client poll after this long')
    .option('--inline-cost <n>', 'work that needs no thread: multiply-adds, or transforms for ciphertexts')
    .option('--quota-requests <n>', 'per client in --quota-seconds (default 60); beyond it, 429')
    .option('--quota-bytes <bytes>', 'of bodies, likewise')
    .option('--quota-seconds <s>')
    .optionsGroup('What it says:')
    .option(
      '--log-level <level>',
      'trace, debug, info, warn, error, fatal or silent, as JSON on stderr (default: info)',
    )
    .option('--json', 'print the ready line as JSON, for scripts')
    .action(run);
  addExamples(command, [
    ['one party, for trying out', 'npx sharemesh serve --model ./digits --port 4001'],
    [
      'one party of a real mesh',
      'npx sharemesh serve --model ./digits --operator "Example Ltd" --host 0.0.0.0 --port 443 \\\n  --tls-key key.pem --tls-cert cert.pem',
    ],
    ['a server for ciphertexts', 'npx sharemesh serve --model ./digits --scheme ckks,bfv --port 4003'],
    [
      'in a container or under a supervisor, so that SIGTERM reaches the server itself',
      'SHAREMESH_MODELS=/models/digits exec node node_modules/sharemesh/bin/sharemesh.js serve',
    ],
    [
      'from a script: the first line says where it listens',
      'npx sharemesh serve -m ./digits -p 0 --json > ready.json &',
    ],
  ]);
}

async function run(flags: ServeFlags): Promise<void> {
  const { startServer } = await import('../serve/start-server.ts');
  const { closeOnSignal } = await import('@sharemesh/serving/node');
  // the other flags have the names of the settings; what is not given comes from the environment
  const settings = Object.fromEntries(Object.entries(flags).filter(([name]) => !OWN_FLAGS.has(name)));
  const { server, config, schemes } = await startServer(
    flags.scheme,
    { ...settings, ...(flags.model && { models: flags.model }) },
    process.env,
  );
  const closed = closeOnSignal([server]);
  const models = await Promise.all(config.models.map(describeModel));

  const { colors, print } = openTerminal();
  if (flags.json) {
    print(JSON.stringify({ ready: true, url: server.url, operator: config.operator, schemes, models }));
  } else {
    const names = models.map(({ model_id, version }) => `${model_id}@${version}`).join(', ');
    print(
      `${colors.green('ready')} ${colors.bold(server.url)} serves ${names} by ${schemes.join(', ')} ${colors.dim('(Ctrl-C ends it)')}`,
    );
  }
  await closed;
}

async function describeModel(folder: string) {
  const { decodeManifest, modelDigest } = await import('@sharemesh/model');
  const manifest = decodeManifest(await readFile(join(folder, 'model.json')));
  return { model_id: manifest.model_id, version: manifest.version, digest: modelDigest(manifest) };
}
