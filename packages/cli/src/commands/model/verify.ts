import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { addExamples } from '../../lazy-commands.ts';
import { openTerminal } from '../../terminal/terminal.ts';

interface VerifyFlags {
  key: string;
  signature?: string;
}

export function modelVerify(command: Command): void {
  command
    .description(
      'Is this bundle, file by file and name by name, what the owner of the key signed? Files that were not signed ' +
        'are refused as well. Prints the digest to pin in clients.',
    )
    .argument('<folder>', 'with model.json, weights.bin and model.sig')
    .requiredOption('--key <file>', 'the owner’s public key, ECDSA P-256, PEM')
    .option('--signature <file>', 'where the signature is (default: model.sig in the folder)')
    .action(run);
  addExamples(command, [
    ['before serving it', 'npx sharemesh model verify ./digits --key owner.pem.pub'],
    [
      'its signature from elsewhere',
      'npx sharemesh model verify ./digits --key owner.pem.pub --signature digits.sig',
    ],
  ]);
}

async function run(folder: string, { key, signature }: VerifyFlags): Promise<void> {
  const { verifyModel } = await import('@sharemesh/trust/node');
  const { loadBundle } = await import('@sharemesh/model/node');
  const { colors, print } = openTerminal();
  const { files } = await verifyModel(
    folder,
    signature ?? join(folder, 'model.sig'),
    await readFile(key, 'utf8'),
  );
  const { manifest, digest } = await loadBundle(folder);
  print([
    `${colors.green('Verified')} ${manifest.model_id}@${manifest.version}: ${files.length} files, as signed`,
    `  ${digest}`,
  ]);
}
