import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { connectWith, fetchTransport } from '@sharemesh/client';
import type { BridgeOptions, Transport } from '@sharemesh/client';
import { splitMessage } from '@sharemesh/wire/framing';
import type { InferRequest } from '@sharemesh/wire';
import type { Tier } from '@sharemesh/rlwe';
import { GeneratorLog, toHex } from '../../../../tests/support/generator-log.ts';
import { randomInputs } from '../../../rlwe/test/layers.ts';
import { testBundle } from '../../../ckks-bridge/test/support.ts';
import { failure } from '../support/expect-error.ts';

// What a bridge sees of sessions, over its real routes.

const HEADER = 20;
const SEED_END = 52;
const bundle = testBundle([40, 30, 5]);

interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly request?: InferRequest;
  readonly body: Uint8Array;
}

let log: GeneratorLog;
const closing: (() => unknown)[] = [];
// seeds are drawn many at a time, and may be used in a later test
beforeAll(() => {
  log = new GeneratorLog();
});
afterAll(() => log.stop());
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function bridge(tiers: readonly Tier[] | undefined, bundles = [bundle]) {
  const serving = await createCkksBridge({ bundles, ...(tiers && { tiers }), maxBatchSize: 16 });
  closing.push(() => serving.close());
  const arrivals: Arrival[] = [];
  const transport = (): Transport =>
    fetchTransport(async (url, init) => {
      const { pathname } = new URL(String(url));
      const bytes = new Uint8Array(await new Response(init?.body).arrayBuffer());
      const length = new Headers(init?.headers).get('inference-header-content-length');
      const arrival = { method: init?.method ?? 'GET', path: pathname };
      if (length === null) arrivals.push({ ...arrival, body: bytes });
      else {
        const { json, tail } = splitMessage(bytes, length);
        arrivals.push({ ...arrival, request: json as InferRequest, body: tail! });
      }
      return serving.app.request(pathname, { ...init, ...(init?.method !== 'GET' && { body: bytes }) });
    });
  const connect = (options: Partial<BridgeOptions> = {}) =>
    connectWith(transport(), { bridge: 'https://bridge.example', model: 'test', ...options });
  return { arrivals, connect };
}

/** The ciphertexts of a request, one after the other. */
function ciphertexts({ request, body }: Arrival): Uint8Array[] {
  let at = 0;
  return request!.inputs.map((input) => {
    const length = (input as { byte_length: number }).byte_length;
    at += length;
    return body.subarray(at - length, at);
  });
}

describe('sessions with a bridge', () => {
  it('have keys of their own, and no seed, id or key twice', async () => {
    const { arrivals, connect } = await bridge(undefined);
    for (let session = 0; session < 2; session++) {
      const client = await connect();
      for (let k = 0; k < 3; k++) await client.infer(randomInputs(40));
      await client.inferBatch(Array.from({ length: 10 }, () => randomInputs(40)));
      await client.close();
    }
    const keys = arrivals.filter(({ method }) => method === 'PUT');
    const requests = arrivals.filter(({ path }) => path === '/v1/infer');
    expect(keys).toHaveLength(2);
    expect(requests.length).toBeGreaterThanOrEqual(2 * 2 * 4);

    const sent = [...keys.map(({ body }) => body), ...requests.flatMap(ciphertexts)];
    const seeds = sent.map((bytes) => toHex(bytes.subarray(HEADER, SEED_END)));
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(log.firstForeign(seeds)).toBeUndefined();
    const halves = sent.map((bytes) => toHex(bytes.subarray(SEED_END, SEED_END + 32)));
    expect(new Set(halves).size).toBe(halves.length);
    const ids = requests.map(({ request }) => request!.request_id);
    expect(log.firstForeign(ids)).toBeUndefined();
    expect(new Set(ids).size).toBe(ids.length);
    expect(log.unfit).toBe(0);

    // a key goes by the digest of its bytes, and each session uses its own
    const names = keys.map(({ body }) => `sha256:${createHash('sha256').update(body).digest('hex')}`);
    expect(keys.map(({ path }) => path)).toEqual(names.map((name) => `/v1/keys/${name}`));
    expect(requests.map(({ request }) => request!.encryption!.key_id)).toEqual(
      requests.map((_, i) => names[Math.floor((2 * i) / requests.length)]),
    );
  });

  it('send lengths, ids and routes that do not depend on the input', async () => {
    const { arrivals, connect } = await bridge(undefined);
    const client = await connect();
    const shapes: string[] = [];
    for (const x of [new Float64Array(40), randomInputs(40, 1e-9), randomInputs(40, 1e9)]) {
      arrivals.length = 0;
      await client.infer(x);
      shapes.push(JSON.stringify(arrivals.map(({ method, path, body }) => [method, path, body.length])));
      for (const { request } of arrivals) {
        const { request_id, inputs, ...rest } = request!;
        expect(request_id).toMatch(/^[0-9a-f]{32}$/);
        expect(inputs.every((input) => Object.keys(input).join() === 'encoding,byte_length')).toBe(true);
        expect(Object.keys(rest).sort()).toEqual([
          'batch_size',
          'encryption',
          'layer',
          'model_id',
          'version',
        ]);
      }
    }
    expect(new Set(shapes).size).toBe(1);
    await client.close();
  });
});

describe('the tier of public models', () => {
  it('is taken by neither side unless both are told to', async () => {
    const standard = await bridge(undefined);
    const client = await standard.connect();
    await client.infer(randomInputs(40));
    await client.close();
    const tiers = standard.arrivals.flatMap(({ request }) => request?.encryption?.tier ?? []);
    expect(new Set(tiers)).toEqual(new Set(['circuit-private']));
    expect(standard.arrivals.filter(({ method }) => method === 'PUT')).toHaveLength(1);

    // a client that asks for it, of a server that does not offer it
    standard.arrivals.length = 0;
    await failure(standard.connect({ tier: 'public-model' }), 'UNSUPPORTED');
    expect(standard.arrivals.map(({ path }) => path)).toEqual(['/v1/models']);

    // a client that does not ask for it, of a server that offers nothing else
    const open = await bridge(['public-model']);
    await failure(open.connect(), 'UNSUPPORTED');
    expect(open.arrivals.map(({ path }) => path)).toEqual(['/v1/models']);

    const both = await open.connect({ tier: 'public-model' });
    await both.infer(randomInputs(40));
    await both.close();
    const seen = open.arrivals.flatMap(({ request }) => request?.encryption ?? []);
    expect(seen.map(({ tier, key_id }) => [tier, key_id])).toEqual([
      ['public-model', undefined],
      ['public-model', undefined],
    ]);
    expect(open.arrivals.filter(({ method }) => method === 'PUT')).toHaveLength(0);
  });
});
