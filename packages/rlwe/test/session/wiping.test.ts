import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Kernels from '@sharemesh/kernels/rlwe';
import { bothSides, randomInputs, randomLayer } from '../layers.ts';
import { draws, watchedKernels } from './watched.ts';

vi.mock('@sharemesh/kernels/rlwe', async (original) => {
  const kernels = await original<typeof Kernels>();
  const { watch } = await import('./watched.ts');
  return { ...kernels, loadRlweKernels: async () => watch(await kernels.loadRlweKernels()) };
});

const layer = randomLayer(20, 30, 14);

beforeEach(() => {
  draws.length = 0;
  watchedKernels.length = 0;
});
afterEach(() => vi.restoreAllMocks());

/** All of the memory from an address on. */
function memoryFrom(kernels: Kernels.RlweKernels, address: number): Uint8Array {
  const { buffer } = kernels.words(address, 1);
  return new Uint8Array(buffer, address);
}
const wiped = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

/** A client and a server that have done all they do, with the memory of each. */
async function session() {
  const { client, evaluator, key } = await bothSides([layer], 'ckks', 'circuit-private');
  // the client's kernels were made first; of the server's, the last evaluate
  const [ours, theirs] = [watchedKernels[0]!, watchedKernels.at(-1)!];
  const sent = client.encryptLayer(0, randomInputs(30));
  const replies = evaluator.evaluate(0, sent.payloads, 1, key);
  client.decryptLayer(0, sent, replies);
  return { client, evaluator, key, sent, replies, ours, theirs };
}

const secretSeeds = () =>
  draws
    .filter(({ purpose }) => purpose !== 'uniform' && purpose !== 'public key')
    .map(({ seed }) => Buffer.from(seed, 'hex'));

describe('wiped from memory', () => {
  test('are temporaries, after each use, and on both sides', async () => {
    const { ours, theirs } = await session();
    expect(wiped(memoryFrom(ours, ours.mark()))).toBe(true);
    expect(wiped(memoryFrom(theirs, theirs.mark()))).toBe(true);
  });

  test('are temporaries of what failed half-way', async () => {
    const { client, evaluator, sent, replies, key, ours, theirs } = await session();
    const tops = [ours.mark(), theirs.mark()];
    const broken = replies[0]!.map((byte, i) => (i > replies[0]!.length - 20 ? 255 : byte));
    expect(() => client.decryptLayer(0, sent, [broken])).toThrow();
    expect(wiped(memoryFrom(ours, ours.mark()))).toBe(true);
    const request = sent.payloads[0]!.map((byte, i) => (i > 20_000 ? 255 : byte));
    expect(() => evaluator.evaluate(0, [request], 1, key)).toThrow();
    expect(wiped(memoryFrom(theirs, theirs.mark()))).toBe(true);
    expect([ours.mark(), theirs.mark()]).toEqual(tops);
  });

  test('is the secret key, with all else, when the client is closed', async () => {
    const { client, ours } = await session();
    const top = ours.mark();
    const before = memoryFrom(ours, 0).slice(0, top);
    client.close();
    const start = ours.mark();
    expect(start).toBeLessThan(top);
    expect(wiped(before.subarray(start))).toBe(false);
    expect(wiped(memoryFrom(ours, start))).toBe(true);
  });

  test('is every secret seed, in the kernels and outside of them', async () => {
    const { ours, theirs } = await session();
    const seeds = secretSeeds();
    expect(seeds.length).toBeGreaterThan(5);
    for (const kernels of [ours, theirs]) {
      const memory = Buffer.from(memoryFrom(kernels, 0));
      for (const seed of seeds) expect(memory.includes(seed)).toBe(false);
    }
    // the very bytes that the samplers were given
    for (const { purpose, message } of draws) {
      expect(wiped(message)).toBe(purpose !== 'uniform' && purpose !== 'public key');
    }
  });
});
