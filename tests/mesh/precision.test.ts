import { afterAll, describe, expect, it } from 'vitest';
import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { connectWith, fetchTransport } from '@sharemesh/client';
import type { Client, ConnectOptions } from '@sharemesh/client';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createBundle, dequantizeRows, openBundle } from '@sharemesh/model';
import type { FloatLayer, ModelBundle } from '@sharemesh/model';
import { createShareServer } from '@sharemesh/share-server';

const kernels = await loadFieldKernels();
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

async function mesh(bundle: ModelBundle, options: object): Promise<Client> {
  const servers = [1, 2, 3].map((n) => createShareServer({ bundles: [bundle], kernels, operator: `${n}` }));
  closing.push(...servers.map((server) => () => server.close()));
  return open({
    parties: servers.map((_, i) => `https://party-${i + 1}.example`),
    allowColocated: true,
    transport: (url, init) => servers[Number(/party-(\d)/.exec(url)![1]) - 1]!.app.request(url, init),
    ...options,
  });
}

async function bridge(bundle: ModelBundle, options: object): Promise<Client> {
  const server = await createCkksBridge({ bundles: [bundle], tiers: ['circuit-private', 'public-model'] });
  closing.push(() => server.close());
  return open({
    bridge: 'https://bridge.example',
    transport: (url, init) => server.app.request(url, init),
    ...options,
  });
}

interface Opening {
  readonly transport: (url: string, init?: RequestInit) => Response | Promise<Response>;
  readonly [option: string]: unknown;
}

async function open({ transport, ...options }: Opening): Promise<Client> {
  const fetching = fetchTransport(async (url, init) => transport(String(url), init));
  const client = await connectWith(fetching, { ...options, model: 'm' } as unknown as ConnectOptions);
  closing.push(() => client.close());
  return client;
}

const ways = {
  additive: (bundle: ModelBundle, more = {}) => mesh(bundle, more),
  shamir: (bundle: ModelBundle, more = {}) =>
    mesh(bundle, { sharing: { scheme: 'shamir', threshold: 2 }, ...more }),
  ckks: (bundle: ModelBundle, more = {}) => bridge(bundle, more),
  'ckks, public-model tier': (bundle: ModelBundle, more = {}) =>
    bridge(bundle, { tier: 'public-model', ...more }),
  bfv: (bundle: ModelBundle, more = {}) => bridge(bundle, { scheme: 'bfv', ...more }),
};

const layer = (weights: readonly (readonly number[])[], bias = weights.map(() => 0)): FloatLayer => ({
  inputSize: weights[0]!.length,
  outputSize: weights.length,
  weights: Float64Array.from(weights.flat()),
  bias: Float64Array.from(bias),
  activation: { type: 'identity' },
});

const bundleOf = (layers: readonly FloatLayer[], weightBits: 14 | 28 = 14) =>
  createBundle({ modelId: 'm', version: '1', weightBits, layers });

/** As 0.1.0 wrote it: rows of zeros have the scale 1. */
function withOldScales(bundle: ModelBundle): ModelBundle {
  const manifest = structuredClone(bundle.manifest);
  manifest.inference.layers.forEach((each, index) => {
    const weights = bundle.planes[index]!;
    each.row_scales = each.row_scales.map((scale, row) =>
      weights.every((plane) =>
        plane.subarray(row * each.input_size, (row + 1) * each.input_size).every((w) => w === 0),
      )
        ? 1
        : scale,
    );
  });
  return openBundle(manifest, bundle.planes);
}

/** How far the outputs may be from the quantised layer's: what `docs/rlwe.md` and the client's README state. */
function expectPrecise(bundle: ModelBundle, x: readonly number[], output: Float64Array, bits: number): void {
  const { input_size, row_scales, bias } = bundle.manifest.inference.layers[0]!;
  const weights = dequantizeRows(bundle.planes[0]!, row_scales, input_size);
  const largest = Math.max(...x.map(Math.abs));
  for (const [row, value] of output.entries()) {
    const own = weights.subarray(row * input_size, (row + 1) * input_size);
    // largest first, so that nothing overflows on the way
    const sum = own.reduce((total, w, j) => total + (w * x[j]!) / largest, 0);
    const expected = largest === 0 ? bias[row]! : sum * largest + bias[row]!;
    const bound = largest * (own.reduce((total, w) => total + Math.abs(w), 0) * 2 ** -bits);
    const rounding = Math.abs(expected) * 2 ** -48;
    expect(Math.abs(value - expected), `row ${row}`).toBeLessThanOrEqual(bound + rounding);
  }
}

describe.each(Object.entries(ways))('%s', (name, connectTo) => {
  const exact = !name.startsWith('ckks');

  it.each([
    ['new bundles', (bundle: ModelBundle) => bundle],
    ['bundles of 0.1.0', withOldScales],
  ])('answers exactly the bias for rows of zeros, in %s', async (_, written) => {
    const bundle = written(
      bundleOf([
        layer(
          [
            [1, 1, 1, 1],
            [0, 0, 0, 0],
            [-0, 0, 0, 0],
            [1e-9, 0, 0, 1e-12],
          ],
          [0, 0, 0.25, 0],
        ),
      ]),
    );
    const client = await connectTo(bundle);
    const x = [0.5, 1.5, 2.5, 3.5];
    const { output, report } = await client.infer(x);
    expect(output.subarray(1, 3)).toEqual(Float64Array.of(0, 0.25));
    expectPrecise(bundle, x, output, report.significantBits);
  });

  it('answers exactly the bias for a layer of zeros, and for inputs of zeros', async () => {
    const zeros = [layer([[0, 0]], [3])];
    for (const bundle of [bundleOf(zeros), withOldScales(bundleOf(zeros))]) {
      expect([...(await (await connectTo(bundle)).infer([5, -7])).output]).toEqual([3]);
    }
    const client = await connectTo(bundleOf([layer([[1, 2]], [3])]));
    const { outputs } = await client.inferBatch([
      [0, -0],
      [1e300, 1e300],
    ]);
    expect([...outputs[0]!]).toEqual([3]);
  });

  it('is as precise for every magnitude of weights and inputs', async () => {
    for (const [w, v] of [
      [1e12, 1e-13],
      [1e-13, 1e12],
      [1e100, 1e-300],
      [1e-100, 1e300],
      [1, 5e-324],
      [1, 1e300],
    ] as const) {
      const bundle = bundleOf([layer([[w, -w / 3, w / 7]])]);
      const x = [v, v / 2, -v];
      const { output, report } = await (await connectTo(bundle)).infer(x);
      expectPrecise(bundle, x, output, report.significantBits);
      if (v > 1e-320) expect(Math.abs(output[0]! / (w * v) - (1 - 1 / 6 - 1 / 7))).toBeLessThan(1e-3);
    }
  });

  it('gives a row what it gives it alone, whatever else is in the batch', async () => {
    const bundle = bundleOf([
      layer([
        [1e-6, 1000, 1000, 1000],
        [1, 1, 1, 1],
      ]),
      layer([
        [1, 0.001],
        [1, -1],
      ]),
    ]);
    const client = await connectTo(bundle);
    const rows = [
      [10, 0.0011, 0.0007, 0.0013],
      [0, 8e5, 0, 0],
      [1e-200, 0, 0, 0],
      [0, 0, 0, 0],
      [1e200, 1, 1, 1],
    ];
    const { outputs } = await client.inferBatch(rows);
    for (const [i, row] of rows.entries()) {
      const { output, report } = await client.infer(row);
      if (exact) expect(outputs[i]).toEqual(output);
      const slack = Math.max(...output.map(Math.abs)) * 2 ** -(report.significantBits - 12);
      for (const [k, value] of outputs[i]!.entries()) {
        expect(Math.abs(value - output[k]!)).toBeLessThanOrEqual(slack);
      }
    }
    // the quiet row of the report of 0.1.0: 3.1 plus what the rounded weight 1e-6 adds
    expect(Math.abs(outputs[0]![0]! - (3.1 + 0.001 * 10.0031))).toBeLessThan(exact ? 1e-3 : 0.5);
  });

  it('refuses at connect a model that keeps fewer significant bits than asked for', async () => {
    const bundle = bundleOf([layer([[1, 2, 3]])], 28);
    const { report } = await (await connectTo(bundle)).infer([1, 2, 3]);
    const { significantBits } = report;
    expect(significantBits).toBeGreaterThanOrEqual(12);
    await connectTo(bundle, { minSignificantBits: significantBits });
    await expect(connectTo(bundle, { minSignificantBits: significantBits + 1 })).rejects.toMatchObject({
      code: 'INSUFFICIENT_PRECISION',
      message: expect.stringMatching(/layer 0/),
    });
  });
});
