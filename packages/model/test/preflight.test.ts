import { describe, expect, it } from 'vitest';
import { formatPreflight, importSafetensors, parseSafetensors, preflight } from '@sharemesh/model';
import type { ActivationChoice } from '@sharemesh/model';
import { f32, writeSafetensors } from './safetensors-file.ts';
import type { TestTensor } from './safetensors-file.ts';

const ones = (...shape: number[]) =>
  f32(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 1),
  );
const network = {
  'layers.0.weight': ones(2, 3),
  'layers.0.bias': ones(2),
  'layers.1.weight': ones(4, 2),
  'layers.1.bias': ones(4),
};

const check = (
  tensors: Record<string, TestTensor>,
  choice: ActivationChoice = {},
  metadata?: Record<string, string>,
) => preflight(parseSafetensors(writeSafetensors(tensors, metadata)), choice);

describe('preflight', () => {
  it('says what each layer becomes', () => {
    const report = check(network, { activation: { type: 'gelu' }, outputActivation: { type: 'softmax' } });
    expect(report.supported).toBe(true);
    expect(report.model.map(({ activation }) => activation.type)).toEqual(['gelu', 'softmax']);
    expect(formatPreflight(report)).toBe(
      ['ok  layers.0  dense 3→2, gelu', 'ok  layers.1  dense 2→4, softmax', 'The file can be imported.'].join(
        '\n',
      ),
    );
  });

  it('takes the hidden activation from the metadata, and answers logits by default', () => {
    expect(
      check(network, {}, { activation: 'square' }).model.map(({ activation }) => activation.type),
    ).toEqual(['square', 'identity']);
    expect(check({ 'layers.0.weight': ones(2, 3) }, {}, { activation: 'none' }).supported).toBe(true);
  });

  it('takes an activation for each layer', () => {
    const activations = [{ type: 'tanh' }, { type: 'polynomial', coefficients: [1, 2] }] as const;
    const report = check(network, { activations: structuredClone(activations) as never });
    expect(report.model.map(({ activation }) => activation)).toEqual(activations);
  });

  it('reads a Sequential whose numbers skip, and a layer without bias', () => {
    const report = check(
      { 'layers.10.weight': ones(4, 2), 'layers.2.weight': ones(2, 3), 'layers.2.bias': ones(2) },
      { activation: { type: 'relu' } },
    );
    expect(report.supported).toBe(true);
    expect(report.model.map(({ inputSize }) => inputSize)).toEqual([3, 2]);
    expect(Array.from(report.model[1]!.bias)).toEqual([0, 0, 0, 0]);
    expect(formatPreflight(report)).toMatch(/no bias: zeros are used[^]*applied in the order 2, 10/);
  });

  it.each<[string, Record<string, TestTensor>, ActivationChoice, Record<string, string> | undefined, RegExp]>(
    [
      ['no layers', {}, {}, undefined, /the file has no layers\.N\.weight/],
      ['no hidden activation', network, {}, undefined, /nothing says which activation/],
      [
        'an unknown activation in the metadata',
        network,
        {},
        { activation: 'leaky_relu' },
        /"leaky_relu", which is not one of/,
      ],
      [
        'too few activations',
        network,
        { activations: [{ type: 'relu' }] },
        undefined,
        /1 activations are given for 2/,
      ],
      [
        'an activation that is not known',
        network,
        { activation: { type: 'swish' } as never },
        undefined,
        /not one that Sharemesh knows/,
      ],
      [
        'a convolution',
        { 'layers.0.weight': ones(1, 1, 3, 3) },
        {},
        undefined,
        /\[1, 1, 3, 3\]: only dense layers/,
      ],
      [
        'other tensors',
        { ...network, 'norm.gamma': ones(2) },
        { activation: { type: 'relu' } },
        undefined,
        /"norm\.gamma" \(F32 \[2\]\) is not part of a dense layer/,
      ],
      ['a leading zero', { 'layers.00.weight': ones(2, 3) }, {}, undefined, /not part of a dense layer/],
      ['a bias alone', { 'layers.0.bias': ones(2) }, {}, undefined, /a bias but no weight/],
      [
        'a bias of another size',
        { 'layers.0.weight': ones(2, 3), 'layers.0.bias': ones(3) },
        {},
        undefined,
        /bias has the shape \[3\], not \[2\]/,
      ],
      [
        'sizes that do not chain',
        { ...network, 'layers.1.weight': ones(4, 3) },
        { activation: { type: 'relu' } },
        undefined,
        /takes 3 values, but the layer before gives 2/,
      ],
      [
        'integers',
        { 'layers.0.weight': { dtype: 'I8', shape: [1, 2], data: new Uint8Array(2) } },
        {},
        undefined,
        /weight is I8: only F64, F32, F16, BF16/,
      ],
      [
        'a dtype of tomorrow',
        { 'layers.0.weight': { dtype: 'F4', shape: [1, 2], data: new Uint8Array(1) } },
        {},
        undefined,
        /weight is F4/,
      ],
      ['NaN', { 'layers.0.weight': f32([1, 2], [1, NaN]) }, {}, undefined, /NaN or an infinity/],
      ['an empty layer', { 'layers.0.weight': ones(0, 3) }, {}, undefined, /the size 0 is not between/],
      [
        'an empty giant',
        { 'layers.0.weight': { dtype: 'F32', shape: [2 ** 50, 0], data: new Uint8Array(0) } },
        {},
        undefined,
        /the size 1125899906842624 is not/,
      ],
    ],
  )('reports %s, and the import refuses it', (_, tensors, choice, metadata, reason) => {
    const report = check(tensors, choice, metadata);
    expect(report.supported).toBe(false);
    expect(report.model).toEqual([]);
    const text = formatPreflight(report);
    expect(text).toMatch(reason);
    expect(text).toMatch(/NO {2}[^]*The file cannot be imported\.$/);
    expect(() =>
      importSafetensors(writeSafetensors(tensors, metadata), {
        ...choice,
        modelId: 'm',
        version: '1',
        weightBits: 14,
      }),
    ).toThrow(expect.objectContaining({ code: 'INVALID_MODEL', message: expect.stringMatching(reason) }));
  });
});

describe('importSafetensors', () => {
  it('makes a bundle and keeps the real layers', () => {
    const bytes = writeSafetensors({
      'layers.0.weight': f32([2, 2], [1, -2, 0.5, 0.25]),
      'layers.0.bias': f32([2], [3, 4]),
    });
    const { bundle, layers } = importSafetensors(bytes, {
      modelId: 'two',
      version: '2.0',
      description: 'two by two',
      weightBits: 14,
      outputActivation: { type: 'sigmoid' },
    });
    expect(bundle.manifest).toMatchObject({ model_id: 'two', version: '2.0', description: 'two by two' });
    expect(bundle.manifest.inference.layers[0]!.activation).toEqual({ type: 'sigmoid' });
    expect([...bundle.planes[0]![0]!]).toEqual([4096, -8191, 8191, 4096]);
    expect([...layers[0]!.weights]).toEqual([1, -2, 0.5, 0.25]);
  });
});
