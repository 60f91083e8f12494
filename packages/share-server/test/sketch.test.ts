import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createPlainFieldKernels } from '@sharemesh/kernels/field/plain';
import { createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { createShareServer } from '@sharemesh/share-server';
import { workerMultiplier } from '@sharemesh/share-server/node';
import { expandSeed } from '@sharemesh/shares';
import type { ModelBundle } from '@sharemesh/model';
import { describe, expect, it } from 'vitest';
import { randomBundle } from './support/bundles.ts';
import { bytesOf, codeOf, elementsOf, freshId, shareRequest } from './support/requests.ts';
import type { ShareRequest } from './support/requests.ts';

const P = 2n ** 61n - 1n;
const plain = createPlainFieldKernels();
const bundle = randomBundle([17, 5, 3]);
const fine = randomBundle([9, 4], { modelId: 'fine', weightBits: 28, seed: 2 });
const { app } = createShareServer({ bundles: [bundle, fine], kernels: await loadFieldKernels() });
const infer = async (init: RequestInit) => app.request('/v1/infer', init);

const freshSeed = () => crypto.getRandomValues(new Uint8Array(32));

/** rᵀ·W mod p in BigInt, r the expansion of the seed at this place. */
function referenceSketch(
  { digest: modelDigest, manifest, planes }: ModelBundle,
  seed: Uint8Array,
  { layer = 0, requestId = '', parties = 2, partyId = 1 }: ShareRequest,
): bigint[] {
  const { input_size, output_size } = manifest.inference.layers[layer]!;
  const place = { modelDigest, layer, requestId, parties, partyId, batchSize: 1, columns: output_size };
  const r = expandSeed(plain, seed, place, 'sketch');
  const [high, low] = planes[layer]!;
  return Array.from({ length: input_size }, (_, j) => {
    let sum = 0n;
    for (let i = 0; i < output_size; i++) {
      const at = i * input_size + j;
      const weight = low ? BigInt(high![at]!) * 2n ** 14n + BigInt(low[at]!) : BigInt(high![at]!);
      sum += weight * r[i]!;
    }
    return ((sum % P) + P) % P;
  });
}

describe('a sketch', () => {
  it('is rᵀ·W of the expanded seed, for every layer and precision', async () => {
    for (const [of, layer] of [
      [bundle, 0],
      [bundle, 1],
      [fine, 0],
    ] as const) {
      const seed = freshSeed();
      const place = {
        modelId: of.manifest.model_id,
        requestId: freshId(),
        layer,
        parties: 3,
        partyId: 2,
        encoding: 'seed',
        operation: 'sketch',
      } as const;
      const sketch = await elementsOf(await infer(shareRequest(seed, place)));
      expect(sketch).toEqual(referenceSketch(of, seed, place));
      // the same seed as a share, or for another party, stands for other elements
      for (const other of [{ partyId: 3 }, { requestId: freshId() }]) {
        const elsewhere = await elementsOf(await infer(shareRequest(seed, { ...place, ...other })));
        expect(elsewhere).not.toEqual(sketch);
      }
    }
  });

  it('is of one seed, and under sharing', async () => {
    const operation = 'sketch' as const;
    const vector = bytesOf(Array<bigint>(5).fill(1n));
    expect(await codeOf(await infer(shareRequest(vector, { operation })))).toBe('INVALID_REQUEST');
    const two = { operation, encoding: 'seed', batch: 2 } as const;
    expect(await codeOf(await infer(shareRequest(freshSeed(), two)))).toBe('INVALID_REQUEST');
    const short = shareRequest(new Uint8Array(31), { operation, encoding: 'seed' });
    expect(await codeOf(await infer(short))).toBe('INVALID_PAYLOAD');
    const overrides = { sharing: undefined, encryption: { scheme: 'ckks', tier: 'public-model' } };
    const encrypted = shareRequest(freshSeed(), { operation, encoding: 'seed', overrides });
    expect(await codeOf(await infer(encrypted))).toBe('INVALID_REQUEST');
  });

  it('is computed by a worker from the weights that all threads share', async () => {
    const kernels = await createSharedFieldKernels();
    const multiplier = workerMultiplier({ kernels, bundles: [bundle], workers: 1 });
    const serving = createShareServer({ bundles: [bundle], kernels, multiplier, inlineCost: 0 });
    try {
      const seed = freshSeed();
      const place = { requestId: freshId(), encoding: 'seed', operation: 'sketch' } as const;
      const answer = await serving.app.request('/v1/infer', shareRequest(seed, place));
      expect(await elementsOf(answer)).toEqual(referenceSketch(bundle, seed, place));
      expect(multiplier.threads).toHaveLength(1);
    } finally {
      await serving.close();
    }
  });
});
