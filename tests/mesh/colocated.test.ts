import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '@sharemesh/client/node';
import type { PartiesOptions } from '@sharemesh/client/node';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createBundle } from '@sharemesh/model';
import { referenceInfer } from '@sharemesh/model/reference';
import { serve } from '@sharemesh/serving/node';
import type { RunningServer } from '@sharemesh/serving/node';
import { createShareServer } from '@sharemesh/share-server';

const values = (length: number, seed: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));
const layers = [
  {
    inputSize: 24,
    outputSize: 8,
    weights: values(192, 1),
    bias: values(8, 2),
    activation: { type: 'relu' as const },
  },
  {
    inputSize: 8,
    outputSize: 3,
    weights: values(24, 3),
    bias: values(3, 4),
    activation: { type: 'identity' as const },
  },
];
const bundle = createBundle({ modelId: 'small', version: '1', weightBits: 28, layers });
const x = values(24, 5);
const truth = referenceInfer(layers, x).outputs;

let server: RunningServer;
beforeAll(async () => {
  server = await serve(createShareServer({ kernels: await loadFieldKernels(), bundles: [bundle] }));
});
afterAll(() => server.close());

const modes: [name: string, count: number, options: Partial<PartiesOptions>][] = [
  ['additive, seeds', 2, {}],
  ['additive, vectors', 3, { seeded: false, packed: true }],
  ['shamir', 3, { sharing: { scheme: 'shamir', threshold: 2 } }],
  ['checked against the bundle', 2, { verification: 'freivalds', checks: { planes: bundle.planes } }],
  ['checked by the parties', 3, { verification: 'cross' }],
];

describe('one server as all parties, to try things out', () => {
  it.each(modes)('gives the right answer: %s', async (_name, count, options) => {
    const parties = Array<string>(count).fill(server.url);
    const client = await connect({ parties, model: 'small', allowColocated: true, ...options });
    try {
      if (!options.sharing) await client.prepare(1);
      for (let k = 0; k < 2; k++) {
        const { output } = await client.infer(x);
        expect(Math.max(...output.map((value, i) => Math.abs(value - truth[i]!)))).toBeLessThan(1e-6);
      }
    } finally {
      await client.close();
    }
  });

  it('is refused unless that is allowed', async () => {
    const parties = [server.url, server.url];
    await expect(connect({ parties, model: 'small' })).rejects.toMatchObject({ code: 'COLOCATED_PARTIES' });
  });
});
