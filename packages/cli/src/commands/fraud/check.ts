import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { MeshError } from '@sharemesh/wire/errors';
import { addExamples } from '../../lazy-commands.ts';
import { table } from '../../terminal/table.ts';
import { openTerminal } from '../../terminal/terminal.ts';

interface CheckFlags {
  model: string;
  json?: boolean;
}

export function fraudCheck(command: Command): void {
  command
    .description(
      'Check a fraud proof: compute W·x for the share in it, exactly, and compare with the reply that the party signed. ' +
        'Neither the accuser nor the party has to be believed. Whose key it is, the file cannot prove: compare it with ' +
        'what the operator published. Exits with 0 when fraud is proven, with 2 when it is not.',
    )
    .argument('<file>', 'a fraud proof, JSON')
    .requiredOption('-m, --model <folder>', 'the bundle that the party claimed to use')
    .option('--json', 'print the verdict as JSON')
    .action(run);
  addExamples(command, [['is it proven?', 'npx sharemesh fraud check proof.json --model ./digits']]);
}

async function run(file: string, { model, json }: CheckFlags): Promise<void> {
  const { checkFraudProof, decodeFraudProof } = await import('@sharemesh/trust');
  const { loadBundle } = await import('@sharemesh/model/node');
  const { loadFieldKernels } = await import('@sharemesh/kernels/field');
  const { colors, print } = openTerminal();
  const proof = decodeFraudProof(await readFile(file, 'utf8'));
  const verdict = await checkFraudProof(proof, await loadBundle(model), await loadFieldKernels());
  const { party, time, modelDigest } = proof.receipt;
  const signed = new Date(time).toISOString();
  if (json) print(JSON.stringify({ ...verdict, party, signed, model_digest: modelDigest }));
  if (!verdict.proven) throw new MeshError('FRAUD_NOT_PROVEN', `${verdict.detail} (${verdict.code})`);
  if (json) return;
  print([
    `${colors.red('Fraud proven')}: ${verdict.detail} (${verdict.code})`,
    ...table(
      [
        ['key', party],
        ['signed', signed],
        ['model', modelDigest],
      ],
      'll',
    ).map((line) => `  ${line}`),
  ]);
}
