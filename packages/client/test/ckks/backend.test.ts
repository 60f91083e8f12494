import { afterEach, describe, expect, test } from 'vitest';
import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { MeshError } from '@sharemesh/wire/errors';
import { encodeMessage } from '@sharemesh/wire/framing';
import type { ErrorCode, ModelInfo, TensorData } from '@sharemesh/wire';
import type { Backend, LinearContext } from '../../src/backend.ts';
import { createCkksClient, layerInfo } from '@sharemesh/rlwe';
import { openBridge } from '../../src/ckks/rlwe-backend.ts';
import type { Channel } from '../../src/transport/channel.ts';
import { randomInputs } from '../../../rlwe/test/layers.ts';
import { postFrame, replies, testBundle } from '../../../ckks-bridge/test/support.ts';
import type { Server } from '../../../ckks-bridge/test/support.ts';

const context = (): LinearContext => ({
  signal: new AbortController().signal,
  deadline: Infinity,
  requestLog: [],
});

/** A channel to an app in this process; `tamper` sees each answer's replies, `before` each call's bytes. */
function channelTo(
  request: Server,
  hooks: { tamper?: (reply: Uint8Array) => Uint8Array; sent?: Uint8Array[]; keys?: string[] } = {},
): Channel {
  const answered = async (response: Response) => {
    if (response.ok) return response;
    const { code } = (await response.json()) as { code: string };
    throw new MeshError(code as ErrorCode, 'refused', { party: 'here' });
  };
  return {
    party: 'here',
    async infer(call): Promise<TensorData[]> {
      const frame = encodeMessage('binary', call.inputs, (inputs) => ({
        request_id: call.requestId,
        model_id: 'test',
        version: '1',
        layer: call.layer,
        batch_size: call.batch,
        inputs,
        ...call.scheme,
      }));
      hooks.sent?.push(...frame.chunks);
      const response = await answered(await postFrame(request, frame));
      const outputs = await replies(response);
      expect(outputs.map(({ length }) => length)).toEqual(call.expect.map(({ byteLength }) => byteLength));
      return outputs.map((data): TensorData => ({ encoding: 'rlwe', data: hooks.tamper?.(data) ?? data }));
    },
    getJson: async () => {
      throw new Error('the backend reads nothing else');
    },
    async putBytes(route, bytes) {
      hooks.keys?.push(route);
      const headers = { 'content-type': 'application/octet-stream' };
      const body = bytes as Uint8Array<ArrayBuffer>;
      return (await answered(await request(`/v1/${route}`, { method: 'PUT', headers, body }))).json();
    },
  };
}

const bundle = testBundle([20, 12, 3]);
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(
  hooks: Parameters<typeof channelTo>[1] = {},
  change: (model: ModelInfo) => ModelInfo = (model) => model,
  scheme: 'ckks' | 'bfv' = 'ckks',
  fits: (tensors: number, byteLength: number) => boolean = () => true,
): Promise<{ backend: Backend; restart: () => Promise<void> }> {
  const start = async () => {
    const serving = await createCkksBridge({ bundles: [bundle], maxBatchSize: 8 });
    closing.push(() => serving.close());
    return serving.app;
  };
  let app = await start();
  const channel = channelTo((path, init) => app.request(path, init), hooks);
  const { models } = (await (await app.request('/v1/models')).json()) as { models: ModelInfo[] };
  const model = change(models.find((listed) => listed.scheme === scheme)!);
  const backend = await openBridge({
    channel,
    model,
    scheme,
    tier: 'circuit-private',
    fits,
    context: context(),
  });
  closing.push(() => backend.close());
  return { backend, restart: async () => void (app = await start()) };
}

function expected(layer: number, x: Float64Array, batch: number): number[] {
  const { input_size: columns, row_scales: scales } = bundle.manifest.inference.layers[layer]!;
  const plane = bundle.planes[layer]![0]!;
  return Array.from({ length: batch }, (_, b) =>
    scales.map((scale, r) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += plane[r * columns + j]! * x[b * columns + j]!;
      return sum * scale;
    }),
  ).flat();
}

describe('the backend', () => {
  test.each([1, 5, 8])('computes a layer for a batch of %i', async (batch) => {
    const { backend } = await open();
    const x = randomInputs(20 * batch);
    const phases: string[] = [];
    const { y, report } = await backend.linear(0, x, batch, { ...context(), onPhase: (p) => phases.push(p) });
    expected(0, x, batch).forEach((value, i) => expect(Math.abs(y[i]! - value)).toBeLessThan(1e-3));
    expect(phases).toEqual(['encrypt', 'send', 'decrypt']);
    expect(Object.keys(report.phases)).toEqual(phases);
    expect(report).toMatchObject({ layer: 0, batch, faults: [], prepared: false });
    expect(report.precision.bound).toBeLessThan(report.precision.limit);
    expect(backend.maxBatch).toBe(8);
  });

  test('registers its key again when the server has forgotten it', async () => {
    const keys: string[] = [];
    const { backend, restart } = await open({ keys });
    await restart();
    const x = randomInputs(12);
    const { y } = await backend.linear(1, x, 1, context());
    expected(1, x, 1).forEach((value, i) => expect(Math.abs(y[i]! - value)).toBeLessThan(1e-3));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  test('names the server whose reply is no ciphertext, and says nothing of what a well-formed one holds', async () => {
    const { backend } = await open({
      tamper: (reply) => reply.map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
    });
    await expect(backend.linear(0, randomInputs(20), 1, context())).rejects.toMatchObject({
      code: 'INVALID_REPLY',
      party: 'here',
    });
    const wrong = await open({
      tamper: (reply) => reply.map((byte, i) => (i > 20 && i < 9000 ? byte & 0x7f : byte)),
    });
    const { y } = await wrong.backend.linear(0, randomInputs(20), 1, context());
    expect(y).toHaveLength(12);
  });

  test('refuses a server that announces other parameters than the model asks for', async () => {
    const other = (model: ModelInfo): ModelInfo => ({
      ...model,
      encryption_parameters: model.encryption_parameters!.map((set) => ({
        ...set,
        poly_modulus_degree: 2048,
      })),
    });
    await expect(open({}, other)).rejects.toMatchObject({ code: 'PARAMETER_MISMATCH' });
    await expect(open({}, (model) => ({ ...model, encryption_parameters: [] }))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });

  test('takes as many rows as fit into a body, and finds out in few steps', async () => {
    const huge = (model: ModelInfo): ModelInfo => ({
      ...model,
      constraints: { ...model.constraints, max_batch_size: 4_096 },
    });
    const { layers } = bundle.manifest.inference;
    const client = await createCkksClient({
      layers: layers.map((layer) => ({
        ...layerInfo(layer),
        rowScales: Float64Array.from(layer.row_scales),
      })),
    });
    const bytesOf = (batch: number) =>
      Math.max(...layers.map((_, layer) => client.messageSize(layer, batch).byteLength));
    for (const limit of [1, 2, 3, 100, 1_000, 4_095, 4_096].map(bytesOf)) {
      let asked = 0;
      const { backend } = await open({}, huge, 'ckks', (_, byteLength) => {
        asked++;
        return byteLength <= limit;
      });
      let most = 4_096;
      while (bytesOf(most) > limit) most--;
      expect(backend.maxBatch).toBe(most);
      expect(asked).toBeLessThanOrEqual(13 * layers.length);
    }
    client.close();
    await expect(open({}, huge, 'ckks', () => false)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  test('sends nothing that shows the input: equal inputs give unequal requests of equal length', async () => {
    const sent: Uint8Array[] = [];
    const { backend } = await open({ sent });
    await backend.linear(0, new Float64Array(20), 1, context());
    await backend.linear(0, new Float64Array(20).fill(1e3), 1, context());
    await backend.linear(0, new Float64Array(20), 1, context());
    expect(new Set(sent.map(({ length }) => length)).size).toBe(2); // the JSON, and a ciphertext
    expect(sent[1]).not.toEqual(sent[5]);
  });

  test('refuses inputs that are not finite before anything is sent', async () => {
    const sent: Uint8Array[] = [];
    const { backend } = await open({ sent });
    await expect(backend.linear(0, new Float64Array(20).fill(NaN), 1, context())).rejects.toMatchObject({
      code: 'INPUT_OUT_OF_RANGE',
    });
    expect(sent).toHaveLength(0);
  });

  test('is unusable once closed', async () => {
    const { backend } = await open();
    backend.close();
    backend.close();
    await expect(backend.linear(0, randomInputs(20), 1, context())).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
