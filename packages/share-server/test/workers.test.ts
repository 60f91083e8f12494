import { createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { createShareServer } from '@sharemesh/share-server';
import { workerMultiplier } from '@sharemesh/share-server/node';
import { serve } from '@sharemesh/serving/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBundle, referenceProduct } from './support/bundles.ts';
import { bytesOf, elementsOf, shareRequest } from './support/requests.ts';

const bundle = randomBundle([512, 512]);
const kernels = await createSharedFieldKernels();
let crashes = 0;
const multiplier = workerMultiplier({ kernels, bundles: [bundle], workers: 2, onCrash: () => crashes++ });
const serving = createShareServer({ bundles: [bundle], kernels, multiplier, limits: { maxQueued: 500 } });
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  server = await serve(serving);
});
afterAll(() => server.close());

/** A batch that is too much for the event loop: 32 rows, of which the first is checked. */
const BATCH = 32;
const x = Array.from({ length: 512 * BATCH }, (_, i) => (BigInt(i) * 0x9e3779b97f4a7c15n) % (2n ** 61n - 1n));
const expected = referenceProduct(bundle, 0, x.slice(0, 512));
const body = bytesOf(x);
/** The second worker may not have had a turn before the first kill; and a worker that ends as it grows loses that. */
const LATE_WORKSPACE = 512 * 1024;
const infer = async () => {
  const y = await elementsOf(await fetch(`${server.url}/v1/infer`, shareRequest(body, { batch: BATCH })));
  return y.slice(0, 512);
};

describe('worker threads', () => {
  it('compute what the event loop computes', async () => {
    expect(await infer()).toEqual(expected);
    expect(multiplier.threads.length).toBeGreaterThan(0);
  });

  it('that are killed are replaced, and every request that was taken is answered', async () => {
    const kills = 8;
    let [answered, killed] = [0, 0];
    // both workers have grown what they need, and whoever replaces them works in that
    await Promise.all(Array.from({ length: 8 }, infer));
    const memory = kernels.store.memory.buffer.byteLength;
    const stop = new AbortController();
    const clients = Array.from({ length: 4 }, async () => {
      while (!stop.signal.aborted) {
        expect(await infer()).toEqual(expected);
        answered++;
      }
    });
    while (killed < kills) {
      const before = answered;
      await multiplier.endOne();
      killed++;
      await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(before);
    }
    stop.abort();
    await Promise.all(clients);
    expect(crashes).toBe(kills);
    expect(kernels.store.memory.buffer.byteLength - memory).toBeLessThanOrEqual(LATE_WORKSPACE);
    expect(multiplier.threads.length).toBeLessThanOrEqual(2);
  });

  it('leave the event loop free to answer health', async () => {
    const stop = new AbortController();
    const load = Promise.all(
      [1, 2, 3].map(async () => {
        while (!stop.signal.aborted) await infer();
      }),
    );
    for (let i = 0; i < 20; i++) expect((await fetch(`${server.url}/v1/health`)).status).toBe(200);
    stop.abort();
    await load;
  });
});
