import { createPlainFieldKernels } from '@sharemesh/kernels/field/plain';
import { expandSeed } from '@sharemesh/shares';
import type { ModelInfo, TensorData, TensorEncoding } from '@sharemesh/wire';
import { expect } from 'vitest';
import { freshId } from '../support/messages.ts';
import type { Place, SchemeContract, SchemeRequest } from './scheme.ts';

const P = 2n ** 61n - 1n;

/** W·x_i on additive shares. To a party a share is any vector over F_p, so any vector will do. */
export const shares: SchemeContract = {
  scheme: 'shares',
  makeRequest: (model, place) => request(model, place, randomElements(sizeOf(model, place))),

  wrongRequests(model) {
    const first = { layer: 0, batch: 1 };
    const size = sizeOf(model, first);
    const elements = randomElements(size);
    const good = request(model, first, elements);
    const withInput = (data: Uint8Array, encoding: TensorEncoding = 'field61'): SchemeRequest => ({
      ...good,
      inputs: [{ encoding, data }],
    });
    const sharing = { scheme: 'additive', parties: 2, party_id: 3 };
    return [
      {
        name: 'one element too few',
        request: withInput(bytesOf(elements.slice(1))),
        code: 'DIMENSION_MISMATCH',
      },
      { name: 'one too many', request: withInput(bytesOf([...elements, 0n])), code: 'DIMENSION_MISMATCH' },
      {
        name: 'a broken element',
        request: withInput(new Uint8Array(size * 8 - 1)),
        code: 'DIMENSION_MISMATCH',
      },
      { name: 'no bytes', request: withInput(new Uint8Array()), code: 'DIMENSION_MISMATCH' },
      { name: 'p itself', request: withInput(bytesOf(elements.with(0, P))), code: 'NON_CANONICAL_ELEMENT' },
      {
        name: '2^64 - 1 at the end',
        request: withInput(bytesOf(elements.with(size - 1, 2n ** 64n - 1n))),
        code: 'NON_CANONICAL_ELEMENT',
      },
      { name: 'a short seed', request: withInput(new Uint8Array(31), 'seed'), code: 'INVALID_PAYLOAD' },
      { name: 'a ciphertext', request: withInput(new Uint8Array(32), 'rlwe'), code: 'INVALID_PAYLOAD' },
      {
        name: 'two inputs',
        request: { ...good, inputs: [...good.inputs, ...good.inputs] },
        code: 'INVALID_REQUEST',
      },
      {
        name: 'a sketch of a vector',
        request: { ...good, envelope: { ...good.envelope, operation: 'sketch' } },
        code: 'INVALID_REQUEST',
      },
      {
        name: 'sketches of two seeds',
        request: {
          envelope: { ...good.envelope, operation: 'sketch', batch_size: 2 },
          inputs: [{ encoding: 'seed', data: new Uint8Array(32) }],
        },
        code: 'INVALID_REQUEST',
      },
      {
        name: 'a party beyond the parties',
        request: { ...good, envelope: { ...good.envelope, sharing } },
        code: 'INVALID_REQUEST',
      },
    ];
  },

  /** W·0 = 0 and W·(a + b) = W·a + W·b, for every layer and for a batch as for its rows. */
  async checkArithmetic(model, infer) {
    const product = async (place: Place, x: bigint[]) => elementsOf(await infer(request(model, place, x)));
    for (const [layer, { input_size, output_size }] of model.inference.layers.entries()) {
      const [a, b] = [randomElements(input_size), randomElements(input_size)];
      const one = { layer, batch: 1 };
      const [wa, wb] = [await product(one, a), await product(one, b)];
      expect(wa).toHaveLength(output_size);
      expect(
        await product(
          one,
          a.map(() => 0n),
        ),
      ).toEqual(wa.map(() => 0n));
      expect(
        await product(
          one,
          a.map((element, i) => (element + b[i]!) % P),
        ),
      ).toEqual(wa.map((element, i) => (element + wb[i]!) % P));
      expect(await product({ layer, batch: 2 }, [...a, ...b])).toEqual([...wa, ...wb]);
      await checkSketch(model, layer, { x: a, y: wa }, infer);
    }
  },
};

/** (rᵀ·W)·x = r·(W·x), r the expansion of a seed in its place. */
async function checkSketch(
  model: ModelInfo,
  layer: number,
  { x, y }: { readonly x: readonly bigint[]; readonly y: readonly bigint[] },
  infer: Parameters<SchemeContract['checkArithmetic']>[1],
): Promise<void> {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const { envelope } = request(model, { layer, batch: 1 }, []);
  const sketch = elementsOf(
    await infer({
      envelope: { ...envelope, operation: 'sketch' },
      inputs: [{ encoding: 'seed', data: seed }],
    }),
  );
  const place = {
    modelDigest: model.digest,
    layer,
    requestId: envelope['request_id'] as string,
    parties: 2,
    partyId: 1,
    batchSize: 1,
    columns: y.length,
  };
  const r = expandSeed(createPlainFieldKernels(), seed, place, 'sketch');
  const dot = (a: ArrayLike<bigint>, b: readonly bigint[]) =>
    b.reduce((sum, value, i) => (sum + a[i]! * value) % P, 0n);
  expect(sketch).toHaveLength(x.length);
  expect(dot(sketch, x)).toBe(dot(r, y));
}

function request(model: ModelInfo, { layer, batch }: Place, elements: readonly bigint[]): SchemeRequest {
  return {
    envelope: {
      request_id: freshId(),
      model_id: model.model_id,
      version: model.version,
      layer,
      batch_size: batch,
      sharing: { scheme: 'additive', parties: 2, party_id: 1 },
    },
    inputs: [{ encoding: 'field61', data: bytesOf(elements) }],
  };
}

const sizeOf = ({ inference }: ModelInfo, { layer, batch }: Place): number =>
  batch * inference.layers[layer]!.input_size;

const randomElements = (length: number): bigint[] =>
  Array.from({ length }, () => crypto.getRandomValues(new BigUint64Array(1))[0]! % P);

const bytesOf = (elements: readonly bigint[]): Uint8Array =>
  new Uint8Array(BigUint64Array.from(elements).buffer);

function elementsOf([output]: readonly TensorData[]): bigint[] {
  expect(output?.encoding).toBe('field61');
  return [...new BigUint64Array(new Uint8Array(output!.data).buffer)];
}
