import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { InferRequest, Inference, TensorData } from '@sharemesh/wire';
import { describe, expect, test } from 'vitest';
import { P, computeTask, expandSeed, packField, readTask } from '../src/index.ts';
import { kernels as plain } from './support.ts';

const kernels = [plain, await loadFieldKernels()];

/** Two layers, 3 → 2 → 1; only their sizes count here. */
const inference = {
  input_size: 3,
  output_size: 1,
  layers: [
    { input_size: 3, output_size: 2 },
    { input_size: 2, output_size: 1 },
  ],
} as unknown as Inference;
const model = { digest: `sha256:${'ab'.repeat(32)}`, inference };
const weights = Int16Array.of(1, -2, 3, 0, 5, -8191);

const request = (changes: Partial<InferRequest> = {}): InferRequest => ({
  request_id: 'R'.repeat(22),
  model_id: 'm',
  version: '1',
  layer: 0,
  batch_size: 1,
  inputs: [],
  sharing: { scheme: 'additive', parties: 3, party_id: 2 },
  ...changes,
});
const raw = (...elements: bigint[]): TensorData => ({
  encoding: 'field61',
  data: new Uint8Array(BigUint64Array.from(elements).buffer),
});
const seed: TensorData = { encoding: 'seed', data: Uint8Array.from({ length: 32 }, (_, i) => i) };
const x = [P - 1n, 1n << 60n, 7n];

/** W·x in BigInt. */
const product = (elements: readonly bigint[]) =>
  [0, 1].map((i) => {
    const sum = elements.reduce((sum, element, j) => sum + BigInt(weights[3 * i + j]!) * element, 0n);
    return ((sum % P) + P) % P;
  });

const answer = (k: (typeof kernels)[number], asked: InferRequest, input: TensorData) => {
  const task = readTask(k, asked, [input], model);
  return [...computeTask(k, k.packMatrix([weights], 2, 3), task)];
};

const binding = {
  modelDigest: model.digest,
  layer: 0,
  requestId: 'R'.repeat(22),
  parties: 3,
  partyId: 2,
  batchSize: 1,
  columns: 3,
};

describe.each(kernels)('a task of a party, $implementation', (k) => {
  test('multiplies a vector, in either encoding and at any place in memory', () => {
    for (let offset = 0; offset < 9; offset++) {
      const memory = new Uint8Array(offset + 24);
      memory.set(raw(...x).data, offset);
      const data = memory.subarray(offset);
      expect(answer(k, request(), { encoding: 'field61', data })).toEqual(product(x));
    }
    const packed: TensorData = { encoding: 'field61-packed', data: packField(BigUint64Array.from(x)) };
    expect(answer(k, request(), packed)).toEqual(product(x));
    const two = raw(...x, 1n, 2n, 3n);
    expect(answer(k, request({ batch_size: 2 }), two)).toEqual([...product(x), ...product([1n, 2n, 3n])]);
  });

  test('expands a seed as it is bound: to its scheme, party, batch and layer', () => {
    for (const scheme of ['additive', 'shamir'] as const) {
      const sharing = { scheme, parties: 3, party_id: 2 };
      const expanded = [...expandSeed(k, seed.data, binding, scheme)];
      expect(answer(k, request({ sharing }), seed)).toEqual(product(expanded));
    }
    const twice = [...expandSeed(k, seed.data, { ...binding, batchSize: 2 }, 'additive')];
    expect(answer(k, request({ batch_size: 2 }), seed)).toEqual([
      ...product(twice.slice(0, 3)),
      ...product(twice.slice(3)),
    ]);
    expect(readTask(k, request({ layer: 1 }), [seed], model).share).toEqual({
      kind: 'seed',
      seed: seed.data,
      binding: { ...binding, layer: 1, columns: 2 },
      purpose: 'additive',
    });
  });

  test('computes the sketch of a seed, one element for each column', () => {
    const r = expandSeed(k, seed.data, { ...binding, columns: 2 }, 'sketch');
    const expected = [0, 1, 2].map((j) => {
      const sum = r[0]! * BigInt(weights[j]!) + r[1]! * BigInt(weights[3 + j]!);
      return ((sum % P) + P) % P;
    });
    for (const scheme of ['additive', 'shamir'] as const) {
      const sharing = { scheme, parties: 3, party_id: 2 };
      expect(answer(k, request({ operation: 'sketch', sharing }), seed)).toEqual(expected);
    }
    expect(answer(k, request({ operation: 'product' }), raw(...x))).toEqual(product(x));
  });
});

describe('a party refuses', () => {
  const sharing = { scheme: 'additive', parties: 3, party_id: 3 } as const;
  const encryption = { scheme: 'ckks', tier: 'public-model' } as const;
  const packed = (length: number): TensorData => ({
    encoding: 'field61-packed',
    data: new Uint8Array(length),
  });
  const cases: [code: string, message: string, changes: Partial<InferRequest>, inputs: TensorData[]][] = [
    ['UNKNOWN_LAYER', 'the model has 2 layers, counted from 0', { layer: 2 }, [raw(...x)]],
    [
      'INVALID_REQUEST',
      'exactly one of sharing and encryption is needed, here sharing',
      { sharing: undefined },
      [raw(...x)],
    ],
    [
      'INVALID_REQUEST',
      'exactly one of sharing and encryption is needed, here sharing',
      { encryption },
      [raw(...x)],
    ],
    ...[raw(...x), packed(23), seed].map((input): (typeof cases)[number] => [
      'INVALID_REQUEST',
      'sharing.party_id is between 1 and sharing.parties',
      { sharing: { ...sharing, party_id: 4 } },
      [input],
    ]),
    ['INVALID_REQUEST', 'inputs: one under sharing', {}, []],
    ['INVALID_REQUEST', 'inputs: one under sharing', {}, [raw(...x), raw(...x)]],
    [
      'INVALID_REQUEST',
      'a sketch has a batch of one, and a seed for its input',
      { operation: 'sketch', batch_size: 2 },
      [seed],
    ],
    [
      'INVALID_REQUEST',
      'a sketch has a batch of one, and a seed for its input',
      { operation: 'sketch' },
      [raw(1n, 2n)],
    ],
    ['INVALID_PAYLOAD', 'a seed has 32 bytes', {}, [{ encoding: 'seed', data: new Uint8Array(31) }]],
    ['INVALID_PAYLOAD', 'a seed has 32 bytes', {}, [{ encoding: 'seed', data: new Uint8Array(33) }]],
    [
      'INVALID_PAYLOAD',
      'shares come as field61, field61-packed or seed',
      {},
      [{ encoding: 'rlwe', data: new Uint8Array(24) }],
    ],
    ['DIMENSION_MISMATCH', 'the input has 16 bytes where the layer takes 24', {}, [raw(1n, 2n)]],
    ['DIMENSION_MISMATCH', 'the input has 24 bytes where the layer takes 48', { batch_size: 2 }, [raw(...x)]],
    ['DIMENSION_MISMATCH', 'the input has 24 bytes where the layer takes 23', {}, [packed(24)]],
    ['NON_CANONICAL_ELEMENT', 'an element is not below 2^61 - 1', {}, [raw(1n, 2n, P)]],
  ];

  test.each(cases)('%s: %s', (code, message, changes, inputs) => {
    expect(() => readTask(plain, request(changes as Partial<InferRequest>), inputs, model)).toThrow(
      expect.objectContaining({ name: 'MeshError', code, message }),
    );
  });

  test('and takes the last party', () => {
    expect(readTask(plain, request({ sharing }), [raw(...x)], model).batch).toBe(1);
  });
});
