import { Activation, MAX_DIMENSION } from '@sharemesh/wire';
import type { FloatLayer } from '../layers.ts';
import { importedDtypes, toReals } from './dtypes.ts';
import { quote } from './parse.ts';
import type { SafetensorsFile, Tensor } from './parse.ts';

/** Which activation follows which layer. A safetensors file holds tensors only, so the caller has to know. */
export interface ActivationChoice {
  /** After every layer but the last. Default: the `activation` that the file's metadata names. */
  readonly activation?: Activation;
  /** After the last layer. Default: identity, so that the model answers logits. */
  readonly outputActivation?: Activation;
  /** One for each layer, instead of the two above. */
  readonly activations?: readonly Activation[];
}

/** What becomes of one layer. */
export interface PreflightLayer {
  /** As the tensors are called: `layers.N`. */
  readonly name: string;
  readonly inputSize?: number;
  readonly outputSize?: number;
  readonly activation?: Activation;
  /** What stands in the way; empty when the layer can be imported. */
  readonly problems: readonly string[];
  /** What the reader assumed. */
  readonly notes: readonly string[];
}

export interface PreflightReport {
  /** Can the whole file be imported? */
  readonly supported: boolean;
  readonly layers: readonly PreflightLayer[];
  /** What stands in the way of the file as a whole. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** The layers in real numbers; only when supported. */
  readonly model: readonly FloatLayer[];
}

/** Activations that a name alone describes. */
const named = ['identity', 'relu', 'square', 'sigmoid', 'tanh', 'gelu', 'softmax'] as const;

const LAYER_TENSOR = /^layers\.(0|[1-9]\d{0,3})\.(weight|bias)$/;

/**
 * Say what of a file can be imported, layer by layer, before anything is made of it.
 *
 * Supported: dense layers as `layers.N.weight` [out, in] with an optional `layers.N.bias` [out], in F64, F32, F16 or
 * BF16, applied in the order of N. N may skip numbers, as in a torch.nn.Sequential whose activations count too.
 */
export function preflight(file: SafetensorsFile, choice: ActivationChoice = {}): PreflightReport {
  const problems: string[] = [];
  const notes: string[] = [];
  const found = new Map<number, { weight?: Tensor; bias?: Tensor }>();
  for (const tensor of file.tensors) {
    const match = LAYER_TENSOR.exec(tensor.name);
    if (match === null) {
      problems.push(
        `${quote(tensor.name)} (${tensor.dtype} [${tensor.shape.join(', ')}]) is not part of a dense layer: ` +
          'only layers.N.weight and layers.N.bias are supported',
      );
      continue;
    }
    const index = Number(match[1]);
    found.set(index, { ...found.get(index), [match[2] as 'weight' | 'bias']: tensor });
  }
  const indices = [...found.keys()].sort((a, b) => a - b);
  if (indices.length === 0) problems.push('the file has no layers.N.weight');
  if (indices.some((n, k) => n !== k)) notes.push(`layers are applied in the order ${indices.join(', ')}`);
  const activations = chooseActivations(indices.length, choice, file.metadata['activation'], problems);

  const examined = indices.map((n, k) => examineLayer(`layers.${n}`, found.get(n)!, activations[k]));
  examined.forEach(({ report }, k) => {
    const before = examined[k - 1]?.report.outputSize;
    if (before !== undefined && report.inputSize !== undefined && before !== report.inputSize) {
      report.problems.push(`takes ${report.inputSize} values, but the layer before gives ${before}`);
    }
  });
  const layers = examined.map(({ report }) => report);
  const supported = problems.length === 0 && layers.every((layer) => layer.problems.length === 0);
  const model = supported ? examined.map(({ float }) => float!) : [];
  return { supported, layers, problems, notes, model };
}

function chooseActivations(
  count: number,
  choice: ActivationChoice,
  metadata: string | undefined,
  problems: string[],
): readonly (Activation | undefined)[] {
  if (choice.activations !== undefined) {
    if (choice.activations.length === count) return choice.activations;
    problems.push(`${choice.activations.length} activations are given for ${count} layers`);
    return [];
  }
  const output = choice.outputActivation ?? ({ type: 'identity' } as const);
  if (count < 2) return [output];
  const hidden = choice.activation ?? fromMetadata(metadata);
  if (hidden === undefined) {
    problems.push(
      metadata === undefined
        ? 'nothing says which activation follows the hidden layers: give one'
        : `the metadata names the activation ${quote(metadata)}, which is not one of ${named.join(', ')}: give one`,
    );
  }
  return Array.from({ length: count }, (_, k) => (k === count - 1 ? output : hidden));
}

function fromMetadata(name: string | undefined): Activation | undefined {
  const type = named.find((known) => known === name) ?? (name === 'none' ? 'identity' : undefined);
  return type === undefined ? undefined : { type };
}

function examineLayer(
  name: string,
  { weight, bias }: { weight?: Tensor; bias?: Tensor },
  activation: Activation | undefined,
): { report: PreflightLayer & { problems: string[] }; float?: FloatLayer } {
  const problems: string[] = [];
  const notes: string[] = [];
  if (activation !== undefined && !Activation.safeParse(activation).success) {
    problems.push('its activation is not one that Sharemesh knows');
  }
  const known = activation === undefined ? {} : { activation };
  if (weight === undefined) {
    problems.push('has a bias but no weight');
    return { report: { name, problems, notes, ...known } };
  }
  const [outputSize, inputSize] = weight.shape;
  if (outputSize === undefined || inputSize === undefined || weight.shape.length !== 2) {
    problems.push(
      `its weight has the shape [${weight.shape.join(', ')}]: only dense layers, [out, in], are supported`,
    );
    return { report: { name, problems, notes, ...known } };
  }
  const report = { name, inputSize, outputSize, problems, notes, ...known };
  for (const size of weight.shape) {
    if (size < 1 || size > MAX_DIMENSION)
      problems.push(`the size ${size} is not between 1 and ${MAX_DIMENSION}`);
  }
  if (bias === undefined) notes.push('has no bias: zeros are used');
  else if (bias.shape.length !== 1 || bias.shape[0] !== outputSize) {
    problems.push(`its bias has the shape [${bias.shape.join(', ')}], not [${outputSize}]`);
  }
  // a size that is out of range must not reach an allocation
  if (problems.length > 0) return { report };
  const weights = reals('weight', weight, problems);
  const biases = bias === undefined ? new Float64Array(outputSize) : reals('bias', bias, problems);
  if (problems.length > 0 || weights === undefined || biases === undefined || activation === undefined) {
    return { report };
  }
  return { report, float: { inputSize, outputSize, weights, bias: biases, activation } };
}

/** The tensor's values, or undefined and a problem. */
function reals(what: string, { dtype, data }: Tensor, problems: string[]): Float64Array | undefined {
  if (!importedDtypes.includes(dtype)) {
    problems.push(`its ${what} is ${dtype}: only ${importedDtypes.join(', ')} are supported`);
    return undefined;
  }
  const values = toReals(dtype, data);
  if (values.every(Number.isFinite)) return values;
  problems.push(`its ${what} holds NaN or an infinity`);
  return undefined;
}

/** The report as text, a line for each layer and each remark. */
export function formatPreflight(report: PreflightReport): string {
  const lines = report.layers.flatMap(({ name, inputSize, outputSize, activation, problems, notes }) => [
    `${problems.length === 0 ? 'ok ' : 'NO '} ${name}` +
      (inputSize === undefined ? '' : `  dense ${inputSize}→${outputSize}`) +
      (activation === undefined ? '' : `, ${activation.type}`),
    ...[...problems, ...notes].map((remark) => `      ${remark}`),
  ]);
  return [
    ...lines,
    ...report.problems.map((problem) => `NO  ${problem}`),
    ...report.notes.map((note) => `    ${note}`),
    report.supported ? 'The file can be imported.' : 'The file cannot be imported.',
  ].join('\n');
}
