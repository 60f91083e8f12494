import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, startCkksBridge } from '@sharemesh/ckks-bridge/node';
import { saveBundle } from '@sharemesh/model/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientFor, post, register, replies, testBundle } from './support.ts';
import type { Server } from './support.ts';

const bundle = testBundle([20, 6]);
const x = Float64Array.from({ length: 20 }, (_, k) => Math.sin(k));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharemesh-bridge-'));
  await saveBundle(folder, bundle);
});
afterAll(() => rm(folder, { recursive: true }));

describe('parseConfig', () => {
  it('takes flags before the environment before defaults', () => {
    const environment = { SHAREMESH_SCHEME: 'bfv,ckks', SHAREMESH_MODELS: 'a', SHAREMESH_WORKERS: '3' };
    expect(parseConfig({ workers: 2 }, environment)).toMatchObject({
      models: ['a'],
      scheme: ['bfv', 'ckks'],
      tiers: ['circuit-private'],
      workers: 2,
    });
  });

  it.each([
    [{ scheme: 'shares' }, 'scheme'],
    [{ scheme: '' }, 'scheme'],
    [{ scheme: 'ckks,ckks' }, 'scheme'],
    [{ tiers: ['public'] }, 'tiers'],
    [{ receiptKey: 'key.pem' }, 'receiptKey'],
    [{ inlineCost: -1 }, 'inlineCost'],
  ])('refuses %j by name', (flags, name) => {
    const parse = () => parseConfig({ models: ['x'], ...flags });
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
    expect(parse).toThrow(name);
  });
});

describe('a bridge', () => {
  it.each([0, 1e6])('serves a bundle from disk, with an inline cost of %d', async (inlineCost) => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const config = parseConfig({ models: [folder], port: 0, inlineCost, operator: 'Acme', metricsPort: 0 });
    const running = await startCkksBridge(config, { destination });
    const server: Server = (path, init) => fetch(running.url + path, init);
    const client = await clientFor(bundle, 'ckks', 'circuit-private');
    expect((await register(server, client.publicKey!)).ok).toBe(true);
    const sent = client.encryptLayer(0, x);
    const y = client.decryptLayer(0, sent, await replies(await post(server, client, 0, sent)));
    const { row_scales: scales } = bundle.manifest.inference.layers[0]!;
    for (const [row, value] of y.entries()) {
      const sum = x.reduce((total, input, j) => total + bundle.planes[0]![0]![row * 20 + j]! * input, 0);
      expect(value).toBeCloseTo(sum * scales[row]!, 3);
    }
    expect(await (await fetch(running.metricsUrl!)).text()).toContain('route="/v1/infer"');
    client.close();
    await running.close();
    expect(JSON.parse(lines[0]!)).toMatchObject({ name: 'Acme', msg: 'listening', models: [bundle.digest] });
  });
});
