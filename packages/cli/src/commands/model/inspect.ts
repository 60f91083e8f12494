import type { Command } from 'commander';
import { addExamples } from '../../lazy-commands.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { bytes } from '../../terminal/quantities.ts';
import { table } from '../../terminal/table.ts';
import { openTerminal } from '../../terminal/terminal.ts';

export function modelInspect(command: Command): void {
  command
    .description(
      'Read a bundle, check all of it (sizes, ranges, bounds, digests), and say what is in it. ' +
        'L is the largest row sum of absolute integer weights: it bounds every output of the layer, and the client ' +
        'uses it to prove, before it sends anything, that no sum can wrap around.',
    )
    .argument('<folder>', 'with model.json and weights.bin')
    .option('--json', 'print the manifest, the digest and the sizes as JSON')
    .action(run);
  addExamples(command, [
    ['what is in this folder?', 'npx sharemesh model inspect ./digits'],
    ['its digest, for --digest', 'npx sharemesh model inspect ./digits --json | jq -r .digest'],
  ]);
}

async function run(folder: string, flags: { json?: boolean }): Promise<void> {
  const { weightsByteLength } = await import('@sharemesh/model');
  const { loadBundle } = await import('@sharemesh/model/node');
  const { colors, print } = openTerminal();
  const { manifest, digest } = await loadBundle(folder);
  const { inference, model_id, version, description } = manifest;
  const weightsBytes = weightsByteLength(inference);
  if (flags.json) return print(JSON.stringify({ digest, weights_bytes: weightsBytes, ...manifest }));

  const parameters = inference.layers.reduce(
    (sum, layer) => sum + (layer.input_size + 1) * layer.output_size,
    0,
  );
  print([
    `${colors.bold(`${model_id}@${version}`)}  ${inference.input_size} → ${inference.output_size}`,
    ...(description === '' ? [] : [escapeControls(description)]),
    '',
    ...table(
      [
        ['layer', 'shape', 'bits', 'activation', 'L', 'headroom'].map(colors.dim),
        ...inference.layers.map((layer, index) => [
          String(index),
          `${layer.input_size} → ${layer.output_size}`,
          String(layer.weight_bits),
          layer.activation.type,
          layer.max_row_sum.toLocaleString('en-US'),
          `2^${headroomBits(layer.max_row_sum)}`,
        ]),
      ],
      'llrlrr',
    ),
    '',
    ...table(
      [
        ['parameters', parameters.toLocaleString('en-US')],
        ['weights', `${bytes(weightsBytes)} of integers, held by every party`],
        ['digest', digest],
      ],
      'll',
    ),
    colors.dim('headroom: largest input, in units of its last binary digit, that cannot overflow the field'),
  ]);
}

/** The whole bits that L leaves of p/2 = 2^60. */
const headroomBits = (maxRowSum: number) => Math.floor(60 - Math.log2(Math.max(1, maxRowSum)));
