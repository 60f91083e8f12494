import { execFileSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/wire/errors';
import {
  createBundle,
  decodeBundle,
  digestOf,
  encodeManifest,
  encodeWeights,
  openBundle,
} from '@sharemesh/model';
import type { FloatLayer, Manifest } from '@sharemesh/model';
import { loadBundle, saveBundle } from '@sharemesh/model/node';
import { floatModel, tinyBundle, tinyLayers } from './models.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sharemesh-model-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const invalid = (reason: RegExp) =>
  expect.objectContaining({ code: 'INVALID_MODEL', message: expect.stringMatching(reason) });

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return 'nothing was refused';
}

describe('createBundle', () => {
  it('makes what its manifest says, and a digest of it', () => {
    const bundle = tinyBundle();
    const [first, second] = bundle.manifest.inference.layers;
    expect(bundle.manifest.inference).toMatchObject({ input_size: 3, output_size: 2 });
    expect(first).toMatchObject({
      weight_bits: 28,
      bias: [0.5, -0.25],
      activation: tinyLayers[0]!.activation,
    });
    expect(first!.row_scales).toEqual([3 / 134_209_535, 3 / 134_209_535]);
    expect(second!.max_row_sum).toBeGreaterThan(134_209_535);
    expect(bundle.planes.map((planes) => planes.map((plane) => plane.length))).toEqual([
      [6, 6],
      [4, 4],
    ]);
    expect(bundle.digest).toBe(digestOf(bundle.manifest));
  });

  const layer = tinyLayers[0]!;
  it.each<[string, FloatLayer[], RegExp]>([
    ['sizes that do not chain', [layer, layer], /layer 1: takes 3 values where 2 arrive/],
    ['no layers', [], /input_size does not fit the schema/],
    ['weights of another size', [{ ...layer, weights: new Float64Array(5) }], /5 values are not 2 × 3/],
    ['a size of zero', [{ ...layer, inputSize: 0, weights: new Float64Array(0) }], /not between 1 and 65536/],
    ['a size that is too large', [{ ...layer, outputSize: 2 ** 33 }], /not between 1 and 65536/],
    ['too few biases', [{ ...layer, bias: [1] }], /1 biases for 2 rows/],
    ['a bias that is not finite', [{ ...layer, bias: [1, NaN] }], /bias\.1 does not fit the schema/],
    ...['3', null, true, [2], 5n].map(
      (value) => [`a bias that is ${typeof value}`, [{ ...layer, bias: [1, value] }], /bias 1/] as never,
    ),
    [
      'weights in a list',
      [{ ...layer, weights: [1, null, 3, 4] as never }],
      /Float32Array or a Float64Array/,
    ],
    [
      'a weight that is not finite',
      [{ ...layer, weights: new Float64Array(6).fill(NaN) }],
      /NaN or infinite/,
    ],
    [
      'a polynomial of nothing',
      [{ ...layer, activation: { type: 'polynomial', coefficients: [] } as const }],
      /activation/,
    ],
  ])('refuses %s', (_, layers, reason) => {
    expect(refusal(() => createBundle({ modelId: 'm', version: '1', weightBits: 14, layers }))).toEqual(
      invalid(reason),
    );
  });

  it.each(['', 'Upper', '../up', 'a/b', 'a'.repeat(65), '.hidden'])('refuses the model id %j', (modelId) => {
    expect(refusal(() => createBundle({ modelId, version: '1', weightBits: 14, layers: [layer] }))).toEqual(
      invalid(/model_id/),
    );
  });
});

describe('openBundle proves that manifest and weights belong together', () => {
  const { manifest, planes } = tinyBundle();

  /** The manifest with one field of its first layer replaced. */
  const altered = (change: Partial<Record<keyof Manifest['inference']['layers'][number], unknown>>) => {
    const [first, ...rest] = manifest.inference.layers;
    return { ...manifest, inference: { ...manifest.inference, layers: [{ ...first, ...change }, ...rest] } };
  };

  it.each([
    ['another format', { ...manifest, format: 'sharemesh-model/2' }, /format/],
    ['an unknown field', { ...manifest, signature: 'x' }, /unrecognized_keys/],
    [
      'another input size',
      { ...manifest, inference: { ...manifest.inference, input_size: 4 } },
      /takes 3 values where 4/,
    ],
    [
      'another output size',
      { ...manifest, inference: { ...manifest.inference, output_size: 3 } },
      /says 3 outputs/,
    ],
    ['an unknown layer type', altered({ type: 'conv' }), /layers\.0\.type/],
    ['a size that breaks the chain', altered({ output_size: 3 }), /3 rows/],
    ['too many row scales', altered({ row_scales: [1, 1, 1] }), /3 row scales for 2 rows/],
    ['a row scale of zero', altered({ row_scales: [1, 0] }), /not a positive number/],
    ['a negative row scale', altered({ row_scales: [1, -1] }), /not a positive number/],
    ['an infinite row scale', altered({ row_scales: [1, Infinity] }), /row_scales/],
    [
      'a smaller L',
      altered({ max_row_sum: manifest.inference.layers[0]!.max_row_sum - 1 }),
      /not that of the weights/,
    ],
    ['an L out of reach', altered({ max_row_sum: 2 ** 50 }), /larger than such weights can reach/],
    ['other weight bits', altered({ weight_bits: 14, max_row_sum: 1 }), /2 planes where 14 bits take 1/],
    [
      'another weights digest',
      altered({ weights_digest: `sha256:${'a'.repeat(64)}` }),
      /do not have the digest/,
    ],
    ['an activation that is not known', altered({ activation: { type: 'leaky_relu' } }), /activation/],
  ])('refuses %s', (_, value, reason) => {
    expect(refusal(() => openBundle(value, planes))).toEqual(invalid(reason));
  });

  it('refuses planes of another number or size', () => {
    expect(refusal(() => openBundle(manifest, planes.slice(1)))).toEqual(
      invalid(/1 layers of weights for 2/),
    );
    expect(refusal(() => openBundle(manifest, [[new Int16Array(6), new Int16Array(5)], planes[1]!]))).toEqual(
      invalid(/a plane is not 2 × 3/),
    );
  });

  it.each([0, 1])('refuses −32768 in plane %i, whatever the digest says', (which) => {
    const bad = planes.map((layer) => layer.map((plane) => plane.slice()));
    bad[0]![which]![5] = -32768;
    expect(refusal(() => openBundle(manifest, bad))).toEqual(
      invalid(which === 0 ? /2\^27/ : /plane 1 is outside/),
    );
  });

  it('refuses one changed weight', () => {
    const bad = planes.map((layer) => layer.map((plane) => plane.slice()));
    bad[1]![0]![3]!++;
    expect(refusal(() => openBundle(manifest, bad))).toEqual(
      invalid(/layer 1: the weights do not have the digest/),
    );
  });
});

describe('on disk', () => {
  const bundle = tinyBundle();
  let directory: string;
  const file = (name: string) => join(directory, name);
  const loaded = () => loadBundle(directory).catch((error: unknown) => error);

  beforeEach(async () => {
    directory = join(await mkdtemp(join(scratch, 'bundle-')), 'deep', 'tiny');
    await saveBundle(directory, bundle);
  });

  it('is read back the same, and leaves no other file', async () => {
    expect(await loadBundle(directory)).toEqual(bundle);
    await saveBundle(directory, tinyBundle(14));
    expect((await loadBundle(directory)).digest).toBe(tinyBundle(14).digest);
    expect((await readdir(directory)).sort()).toEqual(['model.json', 'weights.bin']);
  });

  it('has a manifest that people can read: a list of numbers is one line', async () => {
    const text = await readFile(file('model.json'), 'utf8');
    expect(text).toContain('\n        "bias": [0.5, -0.25],\n');
    expect(JSON.parse(text)).toEqual(bundle.manifest);
  });

  it('refuses weights that are cut short, too long, or exchanged', async () => {
    const weights = await readFile(file('weights.bin'));
    for (const [bytes, reason] of [
      [weights.subarray(1), /39 bytes where the manifest needs 40/],
      [Buffer.concat([weights, Buffer.of(0)]), /41 bytes where at most 40/],
      [weights.toReversed(), /layer 0/],
      [Buffer.alloc(0), /0 bytes/],
    ] as const) {
      await writeFile(file('weights.bin'), bytes);
      expect(await loaded()).toEqual(invalid(reason));
    }
  });

  it('refuses a model that is larger than allowed before it reads the weights', async () => {
    await rm(file('weights.bin'));
    const error = await loadBundle(directory, { maxWeightsBytes: 39 }).catch((e: unknown) => e);
    expect(error).toEqual(invalid(/needs 40 bytes of weights, more than 39/));
  });

  it('refuses a sparse giant of a manifest without reading it', async () => {
    await truncate(file('model.json'), 2 ** 40);
    expect(await loaded()).toEqual(invalid(/model\.json: has 1099511627776 bytes/));
  });

  it('refuses links, pipes, folders and what is not there', async () => {
    await rename(file('weights.bin'), file('elsewhere'));
    expect(await loaded()).toEqual(invalid(/weights\.bin: cannot be opened/));
    const outside = await mkdtemp(join(tmpdir(), 'sharemesh-outside-'));
    await rename(file('elsewhere'), join(outside, 'weights.bin'));
    await symlink(join(outside, 'weights.bin'), file('weights.bin'));
    expect(await loaded()).toEqual(invalid(/weights\.bin: is a symbolic link that leads out of the folder/));
    await rm(file('weights.bin'));
    await symlink('../../etc/hostname', file('weights.bin'));
    expect(await loaded()).toEqual(invalid(/weights\.bin: (is a symbolic link that leads|cannot be opened)/));
    await rm(file('weights.bin'));
    await symlink(file('weights.bin'), file('weights.bin'));
    expect(await loaded()).toEqual(invalid(/weights\.bin: is a symbolic link that leads nowhere/));
    await rm(file('weights.bin'));
    await rm(outside, { recursive: true });
    await mkdir(file('weights.bin'));
    expect(await loaded()).toEqual(invalid(/weights\.bin: is not a regular file/));
    await rm(file('weights.bin'), { recursive: true });
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [file('weights.bin')]);
      expect(await loaded()).toEqual(invalid(/weights\.bin: is not a regular file/));
    }
    expect(await loadBundle(join(directory, 'nowhere')).catch((e: unknown) => e)).toEqual(
      invalid(/cannot be opened/),
    );
  });

  it('follows links inside the folder, as a ConfigMap of Kubernetes has them', async () => {
    await mkdir(file('..2026_11_27'));
    for (const name of ['model.json', 'weights.bin'])
      await rename(file(name), join(file('..2026_11_27'), name));
    await symlink('..2026_11_27', file('..data'));
    for (const name of ['model.json', 'weights.bin']) await symlink(join('..data', name), file(name));
    expect(await loaded()).toMatchObject({ digest: expect.stringMatching(/^sha256:/) });
  });

  it('says which folder, and why', async () => {
    const nowhere = join(directory, 'nowhere');
    const error = await loadBundle(nowhere).catch((e: unknown) => e);
    expect((error as Error).message).toBe(
      `${join(nowhere, 'model.json')}: cannot be opened: it does not exist`,
    );
  });

  it.each([
    ['nothing', '', /not valid JSON/],
    ['a list', '[]', /the object does not fit/],
    ['deep nesting', '['.repeat(100_000), /deeper than/],
    ['a name twice', '{"format":"a","format":"b"}', /twice/],
    ['a prototype', '{"__proto__":{"format":"sharemesh-model/1"}}', /does not fit the schema/],
  ])('refuses a manifest that is %s', async (_, text, reason) => {
    await writeFile(file('model.json'), text);
    expect(await loaded()).toEqual(invalid(reason));
  });
});

describe('bytes', () => {
  const text = new TextEncoder();

  it('of any model are read back the same', () => {
    fc.assert(
      fc.property(floatModel, fc.constantFrom(14 as const, 28 as const), (layers, weightBits) => {
        const bundle = createBundle({ modelId: 'm', version: 'v1', weightBits, layers });
        expect(decodeBundle(text.encode(encodeManifest(bundle.manifest)), encodeWeights(bundle))).toEqual(
          bundle,
        );
      }),
    );
  });

  it('are little-endian int16, layer by layer, plane by plane, row by row', () => {
    const bundle = tinyBundle();
    const values = bundle.planes.flat().flatMap((plane) => Array.from(plane));
    const view = Buffer.from(encodeWeights(bundle));
    expect(values.map((_, k) => view.readInt16LE(2 * k))).toEqual(values);
  });

  it('are not made of what would not be read back', () => {
    const { manifest, digest, planes } = tinyBundle();
    const invalid = expect.objectContaining({ code: 'INVALID_MODEL' });
    const weights = (other: readonly (readonly Int16Array[])[]) => () =>
      encodeWeights({ manifest, digest, planes: other });
    const [first, ...rest] = planes;
    expect(weights(rest)).toThrow(invalid);
    expect(weights([...planes, first!])).toThrow(invalid);
    expect(weights([[], ...rest])).toThrow(invalid);
    expect(weights([[...first!, ...first!], ...rest])).toThrow(invalid);
    expect(weights([[first![0]!.subarray(1), ...first!.slice(1)], ...rest])).toThrow(invalid);

    const { inference } = manifest;
    const [layer, ...layers] = inference.layers;
    for (const bad of [NaN, Infinity, null, '1']) {
      const bias = layer!.bias.with(0, bad as number);
      const other = { ...manifest, inference: { ...inference, layers: [{ ...layer!, bias }, ...layers] } };
      expect(() => encodeManifest(other)).toThrow(invalid);
    }
  });

  it('that were changed anywhere are refused, or are another model', () => {
    const bundle = tinyBundle();
    const manifest = text.encode(encodeManifest({ ...bundle.manifest, description: '' }));
    const weights = encodeWeights(bundle);
    const canonical = JSON.stringify(bundle.manifest.inference);
    const edit = fc.record({ at: fc.nat(), xor: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(edit, fc.boolean(), ({ at, xor }, inWeights) => {
        const [a, b] = [manifest.slice(), weights.slice()];
        const target = inWeights ? b : a;
        target[at % target.length]! ^= xor;
        try {
          const other = decodeBundle(a, b);
          expect(inWeights).toBe(false);
          const same = JSON.stringify(other.manifest.inference) === canonical;
          expect(other.digest === bundle.digest).toBe(
            same && other.manifest.model_id === 'tiny' && other.manifest.version === '1',
          );
        } catch (error) {
          if (!MeshError.is(error)) throw error;
          expect(error.code).toBe('INVALID_MODEL');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
