import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';
import { dequantize, referenceInfer } from '@sharemesh/model/reference';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sharemesh } from './processes.ts';
import type { Running } from './processes.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const weights = (length: number) => Float64Array.from({ length }, (_, k) => Math.cos(k * k) / 3);
const bundle = createBundle({
  modelId: 'net',
  version: '1',
  weightBits: 28,
  layers: [
    {
      inputSize: 8,
      outputSize: 6,
      weights: weights(48),
      bias: weights(6),
      activation: { type: 'relu' },
    },
    {
      inputSize: 6,
      outputSize: 3,
      weights: weights(18),
      bias: weights(3),
      activation: { type: 'identity' },
    },
  ],
});
const input = Array.from({ length: 8 }, (_, k) => Math.sin(k));
const expected = [...referenceInfer(dequantize(bundle), Float64Array.from(input)).outputs];

let folder: string;
let server: Running;
let ready: { url: string; schemes: string[]; models: unknown[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharemesh-bridge-command-line-'));
  await saveBundle(folder, bundle);
  const env = { SHAREMESH_SCHEME: 'ckks,bfv', SHAREMESH_TIERS: 'circuit-private,public-model' };
  server = sharemesh(['serve', '-m', folder, '-p', '0', '--json', '--log-level', 'error'], { env });
  ready = JSON.parse((await server.says(/^\{.*\}\n/))[0]);
});

afterAll(async () => {
  server.child.kill('SIGTERM');
  expect(await server.ended, server.err()).toBe(0);
  expect(server.err()).toBe('');
  await rm(folder, { recursive: true });
});

const infer = (...flags: string[]) =>
  sharemesh(['infer', '--bridge', ready.url, '-m', 'net', '--json', '--report', ...flags], {
    input: JSON.stringify([input, input]),
  });

describe('sharemesh serve --scheme ckks,bfv and sharemesh infer --bridge', () => {
  test('the ready line says which schemes', () => {
    expect(ready).toMatchObject({
      ready: true,
      schemes: ['ckks', 'bfv'],
      models: [{ model_id: 'net', digest: bundle.digest }],
    });
  });

  test.each([
    [[], 'ckks'],
    [['--tier', 'public-model'], 'ckks'],
    [['--backend', 'bfv'], 'bfv'],
  ])('%j gives the answer of the model', async (flags, backend) => {
    const client = infer(...flags);
    expect(await client.ended, client.err()).toBe(0);
    const { outputs, report } = JSON.parse(client.out());
    expect(outputs).toHaveLength(2);
    for (const output of outputs) {
      output.forEach((value: number, k: number) => expect(value).toBeCloseTo(expected[k]!, 4));
    }
    expect(report).toMatchObject({ backend, batch: 2, model: { digest: bundle.digest } });
    expect(Object.keys(report.phases)).toEqual(expect.arrayContaining(['encrypt', 'send', 'decrypt']));
  });

  test('a tier that is not offered is refused in a line with a code', async () => {
    const other = sharemesh(['serve', '-m', folder, '-p', '0', '--scheme', 'ckks']);
    const [url] = await other.says(/http:\/\/[\d.:]+/);
    const words = ['infer', '--bridge', url, '-m', 'net'];
    const client = sharemesh([...words, '--tier', 'public-model'], { input: JSON.stringify(input) });
    expect(await client.ended).toBe(4);
    expect(client.err()).toMatch(/^error UNSUPPORTED: /);
    other.child.kill('SIGTERM');
    expect(await other.ended).toBe(0);
  });

  test('--tier is for a bridge', async () => {
    const client = sharemesh(['infer', '-p', ready.url, '-m', 'net', '--tier', 'public-model'], {
      input: '[1]',
    });
    expect(await client.ended).toBe(2);
    expect(client.err()).toMatch(/^error INVALID_INPUT: --tier needs --bridge/);
  });
});
