import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { integer } from '../../input/arguments.ts';
import { addExamples } from '../../lazy-commands.ts';
import { openTerminal } from '../../terminal/terminal.ts';

interface ChecksFlags {
  key: string;
  out: string;
  days: number;
}

const DAY_MS = 86_400_000;

export function modelChecks(command: Command): void {
  command
    .description(
      'Issue check vectors, with which a client that does not have the model can verify every reply: a random r and ' +
        's = rᵀ·W for each layer, signed. The file is a secret: one client, a private channel, never a party. Who ' +
        'knows r can make wrong replies that pass. Issue a new one when it expires, or once a reply was refused.',
    )
    .argument('<folder>', 'with model.json and weights.bin')
    .requiredOption('--key <file>', 'the key the model is signed with, ECDSA P-256, PEM (mode 600)')
    .requiredOption(
      '-o, --out <file>',
      'write it here; for its owner alone (mode 600), never over another file',
    )
    .option('--days <n>', 'until it expires', integer(1, 366), 30)
    .action(run);
  addExamples(command, [
    ['for one client', 'npx sharemesh model checks ./digits --key owner.pem --out alice.checks.json'],
  ]);
}

async function run(folder: string, { key, out, days }: ChecksFlags): Promise<void> {
  const { issueChecks, loadPrivatePem } = await import('@sharemesh/trust/node');
  const { loadBundle } = await import('@sharemesh/model/node');
  const { loadFieldKernels } = await import('@sharemesh/kernels/field');
  const { colors, print } = openTerminal();
  const [kernels, bundle, pem] = await Promise.all([
    loadFieldKernels(),
    loadBundle(folder),
    loadPrivatePem(key),
  ]);
  const issuedAt = Date.now();
  const expiresAt = issuedAt + days * DAY_MS;
  await writeFile(out, issueChecks(kernels, bundle, pem, { issuedAt, expiresAt }), {
    flag: 'wx',
    mode: 0o600,
  });
  const { model_id, version } = bundle.manifest;
  print([
    `${colors.green('Wrote')} ${out}: check vectors of ${model_id}@${version}, until ${new Date(expiresAt).toISOString()}`,
    colors.dim('  for one client; never for a party'),
  ]);
}
