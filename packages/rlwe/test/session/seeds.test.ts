import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type * as Kernels from '@sharemesh/kernels/rlwe';
import type { CkksClient, Tier } from '@sharemesh/rlwe';
import { createEvaluator, encodeLayers } from '../../src/evaluator.ts';
import { planModel } from '../../src/linear/layer-plan.ts';
import { createCkksClient } from '@sharemesh/rlwe';
import { randomInputs, randomLayer } from '../layers.ts';
import { GeneratorLog, toHex } from '../../../../tests/support/generator-log.ts';
import { draws } from './watched.ts';
import type { Draw } from './watched.ts';

vi.mock('@sharemesh/kernels/rlwe', async (original) => {
  const kernels = await original<typeof Kernels>();
  const { watch } = await import('./watched.ts');
  return { ...kernels, loadRlweKernels: async () => watch(await kernels.loadRlweKernels()) };
});

// Two layers, the first with several column blocks and replies, so that a request holds several ciphertexts.
const layers = [randomLayer(150, 2500, 14, 1), randomLayer(10, 150, 14, 2)];
const HEADER = 20;
const SEED_END = 52;
const CLIENTS = 2;
const INFERENCES = 3;

let log: GeneratorLog;
const clients: CkksClient[] = [];
/** Everything that a client sends, and everything that a server replies. */
const sent: Uint8Array[] = [];
const replied: Uint8Array[] = [];

async function runSessions(tier: Tier): Promise<void> {
  const plans = planModel(layers, 'ckks', tier);
  const evaluator = await createEvaluator(
    await encodeLayers(plans.map((plan, i) => ({ plan, planes: layers[i]!.planes }))),
  );
  for (let session = 0; session < CLIENTS; session++) {
    const client = await createCkksClient({ layers, tier });
    clients.push(client);
    if (client.publicKey) sent.push(client.publicKey);
    const key = client.publicKey && evaluator.expandKey(client.publicKey);
    for (let inference = 0; inference < INFERENCES; inference++) {
      for (const [layer, { columns }] of layers.entries()) {
        // the same input each time: what differs is drawn
        const { payloads } = client.encryptLayer(layer, randomInputs(columns));
        sent.push(...payloads);
        replied.push(...evaluator.evaluate(layer, payloads, 1, key));
      }
    }
  }
}

beforeAll(async () => {
  log = new GeneratorLog();
  await runSessions('circuit-private');
});
afterAll(() => {
  for (const client of clients) client.close();
  log.stop();
});

const of = (...purposes: string[]): Draw[] => draws.filter(({ purpose }) => purposes.includes(purpose));
const SECRET = ['secret', 'error', 'key error', 'mask', 'mask error', 'flood'];
const PUBLIC = ['uniform', 'public key'];

describe('what a session draws', () => {
  test('is what it needs, from the distributions that the security level is stated for', () => {
    const ciphertexts = sent.length - CLIENTS;
    const count = (purpose: string) => of(purpose).length;
    expect(count('secret')).toBe(CLIENTS);
    expect(count('key error')).toBe(CLIENTS);
    expect(count('error')).toBe(ciphertexts);
    expect(count('mask')).toBe(replied.length);
    expect(count('mask error')).toBe(replied.length);
    expect(new Set(of('flood').map(({ seed }) => seed)).size).toBe(replied.length);
    expect(of(...SECRET, ...PUBLIC)).toHaveLength(draws.length);
    for (const { purpose, sampler, parameter, values } of draws) {
      const kind = `${sampler} ${sampler === 'signed' && purpose !== 'flood' ? parameter : ''}`.trim();
      const kinds = {
        secret: 'ternary',
        error: 'binomial',
        'key error': 'binomial',
        mask: 'signed 13',
        'mask error': 'signed 13',
        flood: 'signed',
        uniform: 'uniform',
        'public key': 'uniform',
      };
      expect(kind).toBe(kinds[purpose as keyof typeof kinds]);
      if (purpose !== 'flood') expect(values).toHaveLength(clients[0]!.plans[0]!.parameters.degree);
    }
  });

  test('comes from seeds of 32 bytes, each straight from the system’s generator, none overlapping another', () => {
    const seeds = [...new Set(draws.map(({ seed }) => seed))];
    expect(seeds.filter(({ length }) => length !== 64)).toEqual([]);
    expect(log.firstForeign(seeds)).toBeUndefined();
    expect(log.unfit).toBe(0);
  });

  test('has no two streams alike: a seed serves one polynomial, of one purpose, of one session', () => {
    // what is public is expanded by both sides, and by the server once for each request that it stands in
    const drawn = of(...SECRET).map(({ purpose, seed, index }) => `${purpose} ${seed} ${index}`);
    expect(new Set(drawn).size).toBe(drawn.length);
    const uses = new Map<string, Set<string>>();
    for (const { seed, purpose } of draws) uses.set(seed, (uses.get(seed) ?? new Set()).add(purpose));
    for (const purposes of uses.values()) expect(purposes.size).toBe(1);
    for (const purpose of SECRET.filter((name) => name !== 'flood')) {
      expect(new Set(of(purpose).map(({ seed }) => seed)).size).toBe(of(purpose).length);
    }
    // and so the values: no polynomial, and no residue of one, comes twice from different streams
    const streams = new Map(
      draws
        .filter(({ purpose }) => purpose !== 'flood')
        .map((draw) => [`${draw.purpose} ${draw.seed} ${draw.index}`, draw.values.slice(0, 256).join()]),
    );
    expect(new Set(streams.values()).size).toBe(streams.size);
  });

  test('has a stream of its own for each prime of a uniform half, and each digit of the flood', () => {
    const { parameters, floodBits } = clients[0]!.plans[0]!;
    const indices = (purpose: string) => {
      const bySeed = new Map<string, Set<number>>();
      for (const { seed, index } of of(purpose)) bySeed.set(seed, (bySeed.get(seed) ?? new Set()).add(index));
      return [...bySeed.values()].map((set) => [...set].toSorted((a, b) => a - b));
    };
    const primes = parameters.moduli.map((_, k) => k);
    for (const each of [...indices('uniform'), ...indices('public key')]) expect(each).toEqual(primes);
    for (const each of indices('flood')) {
      expect(each).toEqual(Array.from({ length: Math.ceil((floodBits! + 1) / 30) }, (_, k) => k));
    }
  });
});

describe('on the wire', () => {
  test('every ciphertext and every key has another seed: across blocks, layers, inferences and sessions', () => {
    const seeds = sent.map((bytes) => toHex(bytes.subarray(HEADER, SEED_END)));
    expect(new Set(seeds).size).toBe(sent.length);
    expect(new Set(seeds)).toEqual(new Set(of(...PUBLIC).map(({ seed }) => seed)));
    // the other half too: equal inputs have unequal ciphertexts, word for word
    const halves = sent.map((bytes) => toHex(bytes.subarray(SEED_END, SEED_END + 64)));
    expect(new Set(halves).size).toBe(sent.length);
    const replies = replied.map((bytes) => toHex(bytes.subarray(HEADER, HEADER + 64)));
    expect(new Set(replies).size).toBe(replied.length);
  });

  test('no secret seed, and none of the server’s, is in anything that is sent', () => {
    const traffic = Buffer.concat([...sent, ...replied]);
    const secret = new Set(of(...SECRET).map(({ seed }) => seed));
    expect(secret.size).toBeGreaterThan(50);
    for (const seed of secret) expect(traffic.indexOf(Buffer.from(seed.slice(0, 32), 'hex'))).toBe(-1);
  });

  test('a session has one secret key, and no other session has it', () => {
    const [first, second] = of('secret').map(({ values }) => values);
    const equal = first!.filter((value, i) => value === second![i]).length;
    expect(Math.abs(equal / first!.length - 1 / 3)).toBeLessThan(0.05);
  });
});

describe('what is drawn', () => {
  /** |z| of the number of values in each of `cells` equally likely cells, the largest of them. */
  const worst = (values: readonly number[], cells: number, cellOf: (value: number) => number) => {
    const counts = Array.from({ length: cells }, () => 0);
    for (const value of values) counts[cellOf(value)]!++;
    const expected = values.length / cells;
    return Math.max(...counts.map((count) => Math.abs(count - expected) / Math.sqrt(expected)));
  };

  test('is ternary, a third each, for the secret', () => {
    const values = of('secret').flatMap((draw) => draw.values);
    expect(worst(values, 3, (value) => value + 1)).toBeLessThan(6);
  });

  test('is uniform on [−2^12, 2^12), for masks and their errors', () => {
    for (const purpose of ['mask', 'mask error']) {
      const values = of(purpose).flatMap((draw) => draw.values);
      expect(values.every((value) => value >= -4096 && value < 4096)).toBe(true);
      // each of these bounds is missed once in 10^20 runs
      expect(values.some((value) => value < -4090)).toBe(true);
      expect(values.some((value) => value >= 4090)).toBe(true);
      expect(worst(values, 64, (value) => (value + 4096) >> 7)).toBeLessThan(6);
      expect(worst(values, 64, (value) => (value + 4096) & 63)).toBeLessThan(6);
    }
  });

  test('is centred binomial with parameter 21, for the errors of ciphertexts and keys', () => {
    for (const purpose of ['error', 'key error']) {
      const values = of(purpose).flatMap((draw) => draw.values);
      const moment = (k: number) => values.reduce((sum, value) => sum + value ** k, 0) / values.length;
      const spread = 6 / Math.sqrt(values.length);
      expect(Math.abs(moment(1)) / Math.sqrt(10.5)).toBeLessThan(spread);
      expect(Math.abs(moment(2) / 10.5 - 1)).toBeLessThan(spread * Math.SQRT2);
      // of 42 signs of weight ½: 3σ⁴ − 2·42/2⁴
      expect(Math.abs(moment(4) / 325.5 - 1)).toBeLessThan(spread * 10);
      expect(values.every((value) => Math.abs(value) <= 21)).toBe(true);
    }
  });
});
