import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { invalidInput } from '../../failure.ts';
import { parseRows } from '../../input/rows.ts';
import { readInput } from '../../input/read-input.ts';
import { addExamples } from '../../lazy-commands.ts';
import { openTerminal } from '../../terminal/terminal.ts';

const ACTIVATIONS = ['identity', 'relu', 'square', 'sigmoid', 'tanh', 'gelu', 'softmax'] as const;
type ActivationName = (typeof ACTIVATIONS)[number];

interface ImportFlags {
  out?: string;
  id?: string;
  modelVersion: string;
  description?: string;
  bits: '14' | '28';
  activation?: ActivationName;
  outputActivation?: ActivationName;
  samples?: string;
}

export function modelImport(command: Command): void {
  command
    .description(
      'Read a safetensors file, say what of it can be used, turn its weights into integers and write a bundle. ' +
        'Without --out nothing is written: that is the pre-flight check alone.',
    )
    .argument('<file>', 'tensors layers.N.weight [out, in] and layers.N.bias, in F64, F32, F16 or BF16')
    .option('-o, --out <folder>', 'write the bundle here')
    .option('--id <id>', 'what clients call the model (default: the name of the file)')
    .option('--model-version <version>', 'change it when the weights change', '1')
    .option('--description <text>', 'for people')
    .addOption(
      new Option('--bits <bits>', '28: as exact as float32. 14: half the work, about 1e-4 off')
        .choices(['14', '28'])
        .default('28'),
    )
    .addOption(
      new Option('--activation <name>', 'after every layer but the last (default: as the file says)').choices(
        ACTIVATIONS,
      ),
    )
    .addOption(
      new Option('--output-activation <name>', 'after the last layer')
        .choices(ACTIVATIONS)
        .default('identity'),
    )
    .option(
      '--samples <file>',
      'JSON or CSV rows to measure the rounding on (default: 256 random rows in [0, 1))',
    )
    .action(run);
  addExamples(command, [
    ['can this file be used?', 'npx sharemesh model import net.safetensors'],
    ['yes: write the bundle', 'npx sharemesh model import net.safetensors --activation relu --out ./net'],
    [
      'half the work, and what that does to the outputs',
      'npx sharemesh model import net.safetensors --bits 14 --samples rows.csv --out ./net-14',
    ],
  ]);
}

async function run(file: string, flags: ImportFlags): Promise<void> {
  const { formatPreflight, importSafetensors, parseSafetensors, preflight } =
    await import('@sharemesh/model');
  const { formatReport, quantizationReport } = await import('@sharemesh/model/reference');
  const { colors, print } = openTerminal();
  const bytes = await readFile(file);
  const activations = {
    ...(flags.activation && { activation: { type: flags.activation } }),
    ...(flags.outputActivation && { outputActivation: { type: flags.outputActivation } }),
  };

  print([
    colors.bold(`Pre-flight of ${basename(file)}`),
    formatPreflight(preflight(parseSafetensors(bytes), activations)),
  ]);
  const { bundle, layers } = importSafetensors(bytes, {
    ...activations,
    modelId: flags.id ?? idFrom(file),
    version: flags.modelVersion,
    weightBits: flags.bits === '14' ? 14 : 28,
    ...(flags.description !== undefined && { description: flags.description }),
  });

  const inputSize = bundle.manifest.inference.input_size;
  const samples =
    flags.samples === undefined ? randomRows(inputSize) : await sampleRows(flags.samples, inputSize);
  print([
    '',
    colors.bold(`Rounded to ${flags.bits}-bit integers`),
    formatReport(quantizationReport(layers, bundle, samples)),
  ]);

  if (flags.out === undefined) return print(['', 'Nothing was written: give --out FOLDER for the bundle.']);
  const { saveBundle } = await import('@sharemesh/model/node');
  await saveBundle(flags.out, bundle);
  print([
    '',
    `${colors.green('Wrote')} ${flags.out}`,
    `  ${bundle.manifest.model_id}@${bundle.manifest.version}  ${bundle.digest}`,
  ]);
}

/** A model id has lower-case letters, digits, '.', '_' and '-'. */
function idFrom(file: string): string {
  const name = basename(file)
    .replace(/\.safetensors$/i, '')
    .toLowerCase();
  return (
    name
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 64) || 'model'
  );
}

async function sampleRows(source: string, inputSize: number): Promise<Float64Array> {
  const rows = parseRows(await readInput(source));
  const width = rows[0]!.length;
  if (width !== inputSize)
    throw invalidInput(`the samples have ${width} numbers a row, the model takes ${inputSize}`);
  return Float64Array.from(rows.flatMap((row) => [...row]));
}

function randomRows(inputSize: number): Float64Array {
  return Float64Array.from({ length: 256 * inputSize }, Math.random);
}
