import { afterAll, describe, expect, it } from 'vitest';
import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { connectWith, fetchTransport } from '@sharemesh/client';
import type { Backend, ConnectOptions, Transport } from '@sharemesh/client';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createBundle } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';
import { referenceInfer } from '@sharemesh/model/reference';
import { createShareServer } from '@sharemesh/share-server';
import { openBackend } from '../../packages/client/src/connect.ts';
import { describeBackend } from '../../packages/client/test/backend-compliance.ts';

interface App {
  request(url: string, init?: RequestInit): Response | Promise<Response>;
}

const kernels = await loadFieldKernels();
const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

/** Requests to each origin go to its app, without sockets. */
const transportTo = (apps: Readonly<Record<string, App>>): Transport =>
  fetchTransport(async (url, init) => apps[(url as URL).origin]!.request((url as URL).href, init));

function shares(bundle: ModelBundle): Transport {
  const servers = ['A', 'B', 'C'].map((operator) =>
    createShareServer({ bundles: [bundle], kernels, operator }),
  );
  closing.push(...servers.map((server) => () => server.close()));
  return transportTo(
    Object.fromEntries(servers.map(({ app }, i) => [`https://party-${i + 1}.example`, app])),
  );
}

async function bridge(bundle: ModelBundle): Promise<Transport> {
  const server = await createCkksBridge({
    bundles: [bundle],
    schemes: ['ckks', 'bfv'],
    tiers: ['circuit-private', 'public-model'],
  });
  closing.push(() => server.close());
  return transportTo({ 'https://bridge.example': server.app });
}

const parties = ['https://party-1.example', 'https://party-2.example', 'https://party-3.example'];
const ways: Record<string, [serve: typeof shares | typeof bridge, options: object, tolerance: number]> = {
  'additive shares': [shares, { parties, allowColocated: true }, 1e-9],
  'shamir shares': [
    shares,
    { parties, allowColocated: true, sharing: { scheme: 'shamir', threshold: 2 } },
    1e-9,
  ],
  ckks: [bridge, { bridge: 'https://bridge.example' }, 1e-3],
  'ckks, public-model tier': [bridge, { bridge: 'https://bridge.example', tier: 'public-model' }, 1e-3],
  bfv: [bridge, { bridge: 'https://bridge.example', scheme: 'bfv' }, 1e-3],
};

for (const [name, [serve, options, tolerance]] of Object.entries(ways)) {
  describeBackend(name, async (bundle) => ({
    backend: await openOver(await serve(bundle), { ...options, model: 'compliance' } as ConnectOptions),
    tolerance,
  }));
}

function openOver(transport: Transport, options: ConnectOptions): Promise<Backend> {
  const context = {
    signal: new AbortController().signal,
    deadline: performance.now() + 30_000,
    requestLog: [],
  };
  return openBackend(transport, options, context);
}

describe('one model, every way', () => {
  const values = (length: number, seed: number) =>
    Float64Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));
  const layer = (inputSize: number, outputSize: number, type: 'relu' | 'identity', seed: number) => ({
    inputSize,
    outputSize,
    weights: values(inputSize * outputSize, seed),
    bias: values(outputSize, seed + 1),
    activation: { type },
  });
  const layers = [layer(20, 10, 'relu', 1), layer(10, 4, 'identity', 3)];
  const bundle = createBundle({ modelId: 'both', version: '1', weightBits: 14, layers });
  const x = values(20, 9);
  const truth = referenceInfer(layers, x).outputs;

  for (const [name, [serve, options]] of Object.entries(ways)) {
    it(`gives the same answer by ${name}, with one option changed`, async () => {
      const transport = await serve(bundle);
      const client = await connectWith(transport, { ...options, model: 'both' } as ConnectOptions);
      const { output, report } = await client.infer(x);
      expect(Math.max(...output.map((v, i) => Math.abs(v - truth[i]!)))).toBeLessThan(0.02);
      expect(report.layers).toHaveLength(2);
      await client.close();
    });
  }
});
