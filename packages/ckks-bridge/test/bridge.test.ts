import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createCkksBridge } from '@sharemesh/ckks-bridge';
import type { CkksBridgeOptions } from '@sharemesh/ckks-bridge';
import { assertAnnounced } from '@sharemesh/rlwe';
import type { CkksClient, SchemeName, Tier } from '@sharemesh/rlwe';
import { workerPool } from '@sharemesh/ckks-bridge/node';
import type { ModelBundle } from '@sharemesh/model';
import type { ModelInfo } from '@sharemesh/wire';
import { SOFTWARE } from '../src/create-ckks-bridge.ts';
import { randomInputs } from '../../rlwe/test/layers.ts';
import { clientFor, keyIdOf, post, register, replies, testBundle } from './support.ts';
import type { Server } from './support.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function bridge(bundle: ModelBundle, options: Partial<CkksBridgeOptions> = {}): Promise<Server> {
  const serving = await createCkksBridge({ bundles: [bundle], ...options });
  closing.push(() => serving.close());
  return (path, init) => serving.app.request(path, init);
}

async function client(bundle: ModelBundle, scheme: SchemeName = 'ckks', tier: Tier = 'circuit-private') {
  const made = await clientFor(bundle, scheme, tier);
  closing.push(() => made.close());
  return made;
}

/** W·x in float64 from the dequantised weights. */
function expected({ manifest, planes }: ModelBundle, layer: number, x: Float64Array): number[] {
  const { input_size: columns, row_scales: scales } = manifest.inference.layers[layer]!;
  const [high, low] = planes[layer]!;
  return scales.map((scale, r) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const at = r * columns + j;
      sum += (low ? high![at]! * 16_384 + low[at]! : high![at]!) * x[j]!;
    }
    return sum * scale;
  });
}

async function problem(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return ((await response.json()) as { code: string }).code;
}

const bundle = testBundle([20, 12, 3]);

async function infer(server: Server, who: CkksClient, layer: number, x: Float64Array) {
  const sent = who.encryptLayer(layer, x);
  const response = await post(server, who, layer, sent);
  expect(response.status).toBe(200);
  const received = await replies(response);
  expect(received.map(({ length }) => length)).toEqual(sent.replyBytes);
  return who.decryptLayer(layer, sent, received);
}

describe.each(['ckks', 'bfv'] as const)('%s over the v1 routes', (scheme) => {
  test.each(['circuit-private', 'public-model'] as const)('%s tier: every layer', async (tier) => {
    const server = await bridge(bundle, { tiers: [tier] });
    const who = await client(bundle, scheme, tier);
    if (who.publicKey) expect((await register(server, who.publicKey)).status).toBe(201);
    for (const [layer, columns] of [20, 12].entries()) {
      const x = randomInputs(columns);
      const y = await infer(server, who, layer, x);
      const reference = expected(bundle, layer, x);
      y.forEach((value, i) => expect(Math.abs(value - reference[i]!)).toBeLessThan(1e-3));
    }
  });
});

test('the listing announces what clients find on their own', async () => {
  const server = await bridge(bundle, { tiers: ['circuit-private', 'public-model'] });
  const { models } = (await (await server('/v1/models', {})).json()) as { models: ModelInfo[] };
  expect(models.map(({ scheme }) => scheme)).toEqual(['ckks', 'bfv']);
  for (const model of models) {
    expect(model.digest).toBe(bundle.digest);
    for (const tier of ['circuit-private', 'public-model'] as const) {
      const { plans } = await client(bundle, model.scheme as SchemeName, tier);
      expect(() => assertAnnounced(plans, model.encryption_parameters)).not.toThrow();
      const other = model.encryption_parameters!.map((parameters) => ({ ...parameters, scale: [1, 2] }));
      expect(() => assertAnnounced(plans, other)).toThrow(
        expect.objectContaining({ code: 'PARAMETER_MISMATCH' }),
      );
    }
  }
  const { required } = (await (await server('/v1/keys', {})).json()) as {
    required: { byte_length: number }[];
  };
  const { publicKey } = await client(bundle);
  expect(required.map(({ byte_length }) => byte_length)).toContain(publicKey!.length);
});

test('the party names this program and its version', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  expect(SOFTWARE.version).toBe(version);
});

test('requests beyond the inline cost run in workers, with fresh noise each time', async () => {
  const wide = testBundle([300, 100]);
  const server = await bridge(wide, {
    inlineCost: 0,
    pool: (models) => workerPool({ models, workers: 2 }),
  });
  const who = await client(wide);
  await register(server, who.publicKey!);
  const x = randomInputs(300);
  const answers = await Promise.all([1, 2, 3].map(() => infer(server, who, 0, x)));
  const reference = expected(wide, 0, x);
  for (const y of answers)
    y.forEach((value, i) => expect(Math.abs(value - reference[i]!)).toBeLessThan(1e-3));
  expect(answers[0]).not.toEqual(answers[1]);
});

describe('refusals, before any arithmetic', () => {
  async function refused(
    change: Parameters<typeof post>[4],
    payloads?: (sent: readonly Uint8Array[]) => readonly Uint8Array[],
  ) {
    const server = await bridge(bundle);
    const who = await client(bundle);
    await register(server, who.publicKey!);
    const sent = who.encryptLayer(0, randomInputs(20));
    const response = await post(
      server,
      who,
      0,
      { ...sent, payloads: payloads?.(sent.payloads) ?? sent.payloads },
      change,
    );
    return [response.status, await problem(response)];
  }

  test('of an unregistered key', async () => {
    const key_id = `sha256:${'0'.repeat(64)}`;
    expect(await refused((r) => ({ ...r, encryption: { ...r.encryption, key_id } }))).toEqual([
      409,
      'UNKNOWN_KEY',
    ]);
    expect(await refused((r) => ({ ...r, encryption: { scheme: 'ckks', tier: 'circuit-private' } }))).toEqual(
      [409, 'UNKNOWN_KEY'],
    );
  });

  test('of a tier that is not offered: the weak one is opt-in', async () => {
    expect(await refused((r) => ({ ...r, encryption: { ...r.encryption, tier: 'public-model' } }))).toEqual([
      409,
      'PARAMETER_MISMATCH',
    ]);
  });

  test('of a request without its block, or with shares', async () => {
    const [status] = await refused((r) => ({ ...r, encryption: undefined }));
    expect(status).toBe(400);
  });

  test('of another layer, batch, or scheme than the ciphertexts are for', async () => {
    expect(await refused((r) => ({ ...r, layer: 1 }))).toEqual([409, 'PARAMETER_MISMATCH']);
    expect((await refused((r) => ({ ...r, encryption: { ...r.encryption, scheme: 'bfv' } })))[0]).toBe(409);
  });

  test('of bytes that are no ciphertext', async () => {
    expect(await refused(undefined, ([p]) => [p!.subarray(1)])).toEqual([400, 'DIMENSION_MISMATCH']);
    expect(await refused(undefined, ([p]) => [p!.map((byte, i) => (i === 0 ? 0 : byte))])).toEqual([
      400,
      'INVALID_PAYLOAD',
    ]);
    expect(await refused(undefined, ([p]) => [p!.map((byte, i) => (i > 1000 ? 255 : byte))])).toEqual([
      400,
      'NON_CANONICAL_ELEMENT',
    ]);
    expect(await refused(undefined, ([p]) => [p!, p!])).toEqual([400, 'DIMENSION_MISMATCH']);
  });
});

describe('keys', () => {
  test('are registered once, and checked', async () => {
    const server = await bridge(bundle);
    const { publicKey } = await client(bundle);
    expect((await register(server, publicKey!)).status).toBe(201);
    expect((await register(server, publicKey!)).status).toBe(200);
    const broken = publicKey!.map((byte, i) => (i > 1000 ? 255 : byte));
    expect(await problem(await register(server, broken))).toBe('NON_CANONICAL_ELEMENT');
    const short = publicKey!.subarray(0, 100);
    expect(await problem(await register(server, short))).toBe('DIMENSION_MISMATCH');
  });

  test('of one owner are not another’s', async () => {
    const { KeyStore } = await import('../src/key-store.ts');
    const store = new KeyStore({ maxPerOwner: 2, maxTotal: 3 });
    const key = (id: string) => ({ id, bytes: new Uint8Array(), ring: '' });
    expect(store.add('a', key('1'))).toBe(true);
    expect(store.add('a', key('1'))).toBe(false);
    expect(store.get('b', '1')).toBeUndefined();
    store.add('a', key('2'));
    expect(store.get('a', '1')).toBeDefined();
    store.add('a', key('3'));
    expect(store.get('a', '2')).toBeUndefined();
    expect(store.get('a', '1')).toBeDefined();
    store.add('b', key('1'));
    store.add('c', key('1'));
    expect(store.get('a', '3')).toBeUndefined();
  });

  test('made for another ring are refused with the request', async () => {
    const server = await bridge(bundle);
    const [ours, exact] = [await client(bundle, 'ckks'), await client(bundle, 'bfv')];
    expect(exact.publicKey!.length).not.toBe(ours.publicKey!.length);
    expect((await register(server, exact.publicKey!)).status).toBe(201);
    const sent = ours.encryptLayer(0, randomInputs(20));
    const key_id = keyIdOf(exact.publicKey!);
    const response = await post(server, ours, 0, sent, (r) => ({
      ...r,
      encryption: { ...r.encryption, key_id },
    }));
    expect(await problem(response)).toBe('PARAMETER_MISMATCH');
  });
});
