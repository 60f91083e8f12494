import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { addExamples } from '../../lazy-commands.ts';
import { openTerminal } from '../../terminal/terminal.ts';

interface SignFlags {
  key: string;
  newKey?: boolean;
}

export function modelSign(command: Command): void {
  command
    .description(
      'Sign every file of a bundle with an ECDSA P-256 key, and leave model.sig beside them: OpenSSF Model Signing ' +
        'v1.0 in key mode, which other tools read too. Publish the public key where clients and parties find it.',
    )
    .argument('<folder>', 'with model.json and weights.bin')
    .requiredOption('--key <file>', 'private key, PEM; for its owner alone (mode 600)')
    .option('--new-key', 'make the key pair first: the key file, and the public key beside it as .pub')
    .action(run);
  addExamples(command, [
    ['sign, with a new key', 'npx sharemesh model sign ./digits --key owner.pem --new-key'],
    ['sign the next version with it', 'npx sharemesh model sign ./digits-2 --key owner.pem'],
    [
      'what another tool says of it',
      'model_signing verify key ./digits --signature ./digits/model.sig --public_key owner.pem.pub',
    ],
  ]);
}

async function run(folder: string, { key, newKey }: SignFlags): Promise<void> {
  const { createSigningKeys, loadPrivatePem, signModel } = await import('@sharemesh/trust/node');
  const { loadBundle } = await import('@sharemesh/model/node');
  const { colors, print } = openTerminal();
  // nothing that is not a sound bundle gets a signature
  const { manifest, digest } = await loadBundle(folder);
  if (newKey) {
    const { privateKeyPem, publicKeyPem } = createSigningKeys();
    await writeFile(key, privateKeyPem, { flag: 'wx', mode: 0o600 });
    await writeFile(`${key}.pub`, publicKeyPem, { flag: 'wx' });
    print(`${colors.green('Wrote')} ${key} (keep it to yourself) and ${key}.pub`);
  }
  const signature = await signModel(folder, await loadPrivatePem(key));
  print([`${colors.green('Signed')} ${manifest.model_id}@${manifest.version}  ${digest}`, `  ${signature}`]);
}
