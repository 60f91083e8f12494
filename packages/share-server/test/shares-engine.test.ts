import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createPlainFieldKernels } from '@sharemesh/kernels/field/plain';
import { SharesEngine, createShareServer, localMultiplier } from '@sharemesh/share-server';
import { expandSeed, packField } from '@sharemesh/shares';
import { ModelsResponse } from '@sharemesh/wire';
import type { InferRequest } from '@sharemesh/wire';
import { describe, expect, it } from 'vitest';
import { packBundles } from '../src/compute/pack-bundles.ts';
import { randomBundle, referenceProduct } from './support/bundles.ts';
import { bytesOf, codeOf, elementsOf, freshId, shareRequest, shareRequestJson } from './support/requests.ts';

const P = 2n ** 61n - 1n;
const bundles = [
  randomBundle([17, 5, 3]),
  randomBundle([9, 4], { modelId: 'fine', weightBits: 28, seed: 2 }),
];
const [random, fine] = bundles as [(typeof bundles)[0], (typeof bundles)[0]];
const kernels = await loadFieldKernels();
const { app } = createShareServer({ bundles, kernels, operator: 'test' });
const infer = async (init: RequestInit) => app.request('/v1/infer', init);

const uniform = (length: number): bigint[] =>
  Array.from(crypto.getRandomValues(new BigUint64Array(length)), (word) => word % P);

describe('y = W·x_i', () => {
  it('is exact for every layer, precision, batch and alignment of the payload', async () => {
    for (const [bundle, layer, columns] of [
      [random, 0, 17],
      [random, 1, 5],
      [fine, 0, 9],
    ] as const) {
      for (const batch of [1, 3]) {
        for (const pad of [0, 1, 4, 7]) {
          const x = uniform(batch * columns);
          const requestId = freshId() + 'x'.repeat(pad);
          const modelId = bundle.manifest.model_id;
          const y = await elementsOf(
            await infer(shareRequest(bytesOf(x), { modelId, requestId, layer, batch })),
          );
          const expected = Array.from({ length: batch }, (_, b) =>
            referenceProduct(bundle, layer, x.slice(b * columns, (b + 1) * columns)),
          );
          expect(y).toEqual(expected.flat());
        }
      }
    }
  });

  it('is exact wherever the payload lies in memory', async () => {
    const multiplier = localMultiplier(kernels, packBundles(kernels, [fine]));
    const limits = { maxBatchSize: 8, maxBodyBytes: 65_536 };
    const engine = new SharesEngine({ kernels, bundles: [fine], limits, inlineCost: 1e9, multiplier });
    const x = uniform(9);
    for (let offset = 0; offset < 8; offset++) {
      const memory = Buffer.concat([Buffer.alloc(offset), bytesOf(x)]);
      const request = JSON.parse(shareRequestJson({ modelId: 'fine' })) as InferRequest;
      const work = engine.accept(request, [{ encoding: 'field61', data: memory.subarray(offset) }], {
        model: engine.models[0]!,
        owner: 'test',
      });
      const [output] = await work.run(new AbortController().signal);
      expect([...new BigUint64Array(output!.data.buffer as ArrayBuffer)]).toEqual(
        referenceProduct(fine, 0, x),
      );
    }
  });

  it('is exact at the ends of the field', async () => {
    for (const element of [0n, 1n, P - 1n, 2n ** 60n]) {
      const x = Array<bigint>(9).fill(element);
      const y = await elementsOf(await infer(shareRequest(bytesOf(x), { modelId: 'fine' })));
      expect(y).toEqual(referenceProduct(fine, 0, x));
    }
  });

  it('is the same for a packed share', async () => {
    const x = uniform(34);
    const packed = packField(BigUint64Array.from(x));
    const [fromPacked, fromWords] = await Promise.all([
      infer(shareRequest(packed, { encoding: 'field61-packed', batch: 2 })).then(elementsOf),
      infer(shareRequest(bytesOf(x), { batch: 2 })).then(elementsOf),
    ]);
    expect(fromPacked).toEqual(fromWords);
  });

  it.each(['additive', 'shamir'] as const)('expands a seed where it is bound to: %s', async (scheme) => {
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const requestId = freshId();
    const place = { modelDigest: random.digest, layer: 0, requestId, parties: 3, partyId: 2 };
    const x = expandSeed(createPlainFieldKernels(), seed, { ...place, batchSize: 2, columns: 17 }, scheme);
    const options = { encoding: 'seed', batch: 2, requestId, parties: 3, partyId: 2, scheme } as const;
    const y = await elementsOf(await infer(shareRequest(seed, options)));
    expect(y).toEqual([0, 1].flatMap((b) => referenceProduct(random, 0, x.subarray(b * 17, (b + 1) * 17))));
    const elsewhere = await elementsOf(await infer(shareRequest(seed, { ...options, requestId: freshId() })));
    expect(elsewhere).not.toEqual(y);
  });
});

describe('a share is refused before any arithmetic', () => {
  const good = bytesOf(Array<bigint>(17).fill(1n));

  it.each([1, 16, 18, 34])('when it has %i elements instead of 17', async (length) => {
    const bytes = bytesOf(Array<bigint>(length).fill(0n));
    expect(await codeOf(await infer(shareRequest(bytes)))).toBe('DIMENSION_MISMATCH');
  });

  it('when its bytes are not whole elements', async () => {
    expect(await codeOf(await infer(shareRequest(new Uint8Array(135))))).toBe('DIMENSION_MISMATCH');
    const packed = { encoding: 'field61-packed' } as const;
    expect(await codeOf(await infer(shareRequest(new Uint8Array(129), packed)))).toBe('DIMENSION_MISMATCH');
  });

  it('when an element is not below p, wherever it stands', async () => {
    for (const at of [0, 8, 16]) {
      for (const element of [P, P + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
        const x = Array<bigint>(17).fill(1n).with(at, element);
        expect(await codeOf(await infer(shareRequest(bytesOf(x))))).toBe('NON_CANONICAL_ELEMENT');
      }
    }
    const packed = new Uint8Array(130).fill(0xff);
    expect(await codeOf(await infer(shareRequest(packed, { encoding: 'field61-packed' })))).toBe(
      'NON_CANONICAL_ELEMENT',
    );
  });

  it('when a padding bit of the packed form is set', async () => {
    const packed = packField(new BigUint64Array(17));
    packed[packed.length - 1]! |= 0x80;
    expect(await codeOf(await infer(shareRequest(packed, { encoding: 'field61-packed' })))).toBe(
      'INVALID_PAYLOAD',
    );
  });

  it('when a seed has another length', async () => {
    for (const length of [0, 16, 31, 33]) {
      const answer = await infer(shareRequest(new Uint8Array(length), { encoding: 'seed' }));
      expect(await codeOf(answer)).toBe('INVALID_PAYLOAD');
    }
  });

  it('when it is a ciphertext, or one of several', async () => {
    expect(await codeOf(await infer(shareRequest(good, { encoding: 'rlwe' })))).toBe('INVALID_PAYLOAD');
    const inputs = [
      { encoding: 'field61', byte_length: 68 },
      { encoding: 'field61', byte_length: 68 },
    ];
    expect(await codeOf(await infer(shareRequest(good, { overrides: { inputs } })))).toBe('INVALID_REQUEST');
  });

  it('when its party is not one of the parties', async () => {
    expect(await codeOf(await infer(shareRequest(good, { parties: 2, partyId: 3 })))).toBe('INVALID_REQUEST');
  });
});

describe('GET /v1/models', () => {
  it('lists each bundle with its digest and limits that a full batch fits in', async () => {
    const { models } = ModelsResponse.parse(await (await app.request('/v1/models')).json());
    expect(models.map(({ model_id, digest, scheme }) => [model_id, digest, scheme])).toEqual(
      bundles.map(({ manifest, digest }) => [manifest.model_id, digest, 'shares']),
    );
    const { max_batch_size: batch, max_body_bytes } = models[0]!.constraints;
    const x = new Uint8Array(batch * 17 * 8);
    const json = JSON.stringify({
      request_id: freshId(),
      model_id: 'random',
      version: '1',
      layer: 0,
      batch_size: batch,
      inputs: [{ encoding: 'field61', payload: Buffer.from(x).toString('base64') }],
      sharing: { scheme: 'additive', parties: 2, party_id: 1 },
    });
    expect(json.length).toBeLessThan(max_body_bytes);
    const headers = { 'content-type': 'application/json' };
    expect((await infer({ method: 'POST', headers, body: json })).status).toBe(200);
  });
});
