import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  correctionVector,
  drawMasks,
  expandSeed,
  packField,
  reconstructAdditive,
  shareAdditive,
  bindingOf,
} from '../src/index.ts';
import {
  bindingFor,
  codeOf,
  kernels,
  layerOf,
  multiplyByHand,
  reproducible,
  residue,
  vectorOf,
} from './support.ts';

const everyCount = Array.from({ length: 15 }, (_, i) => i + 2);

describe.each(everyCount)('%i parties', (parties) => {
  test('the shares add up to the secret, in BigInt', () => {
    fc.assert(
      fc.property(vectorOf(1, 6), fc.boolean(), (secret, seeded) => {
        const binding = bindingFor(secret.length);
        const before = secret.slice();
        const shares = shareAdditive(kernels, secret, { parties, seeded, binding });
        expect(secret).toEqual(before);
        expect(shares.map((share) => share.partyId)).toEqual(
          Array.from({ length: parties }, (_, i) => i + 1),
        );
        expect(shares.map((share) => share.kind)).toEqual(
          shares.map((_, i) => (seeded && i < parties - 1 ? 'seed' : 'vector')),
        );
        // What the parties work with: a seed is expanded by its receiver.
        const received = shares.map((share) =>
          share.kind === 'seed'
            ? expandSeed(kernels, share.seed, bindingOf(binding, parties, share.partyId), 'additive')
            : share.vector,
        );
        expect(received).toEqual(shares.map((share) => share.vector));
        expect(received.every((vector) => kernels.isCanonical(vector))).toBe(true);
        expect(secret.map((_, j) => residue(received.reduce((sum, vector) => sum + vector[j]!, 0n)))).toEqual(
          secret,
        );
        expect(reconstructAdditive(kernels, received)).toEqual(secret);
      }),
      { numRuns: 150 },
    );
  });
});

test('W·x comes out of the parties’ W·x_i, over a batch', () => {
  const random = reproducible(7);
  for (const seeded of [true, false]) {
    const layer = layerOf(5, 7, random);
    const x = BigUint64Array.from({ length: 21 }, () =>
      residue(BigInt(Math.floor((random() - 0.5) * 2 ** 40))),
    );
    const shares = shareAdditive(kernels, x, { parties: 3, seeded, binding: bindingFor(7, 3) });
    const replies = shares.map((share) => multiplyByHand(layer, share.vector));
    expect(reconstructAdditive(kernels, replies)).toEqual(multiplyByHand(layer, x));
  }
});

test('seeds are the default, and keep the upload near the size of the input', () => {
  const secret = new BigUint64Array(1_000);
  const shares = shareAdditive(kernels, secret, { parties: 3, binding: bindingFor(1_000) });
  const bytes = shares.map((share) =>
    share.kind === 'seed' ? share.seed.length : packField(share.vector).length,
  );
  expect(bytes).toEqual([32, 32, 7_625]);
});

test('two sharings of one secret have nothing in common', () => {
  const secret = BigUint64Array.of(1n, 2n, 3n);
  for (const seeded of [true, false]) {
    const options = { parties: 3, seeded, binding: bindingFor(3) };
    const shares = [...shareAdditive(kernels, secret, options), ...shareAdditive(kernels, secret, options)];
    const elements = shares.flatMap((share) => Array.from(share.vector));
    expect(new Set(elements).size).toBe(elements.length);
  }
});

describe('masks drawn before the input is known', () => {
  test.each([true, false])('seeded %s: the correction vector completes the sharing', (seeded) => {
    const options = { parties: 4, seeded, binding: bindingFor(2) };
    const masks = drawMasks(kernels, 3, options, 'additive').map((share) => share.vector);
    const secret = BigUint64Array.of(5n, 6n);
    const correction = correctionVector(kernels, secret, masks);
    expect(reconstructAdditive(kernels, [...masks, correction])).toEqual(secret);
  });

  test('without a mask there is no sharing', () => {
    expect(() => correctionVector(kernels, BigUint64Array.of(1n), [])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', message: 'without a mask the share is the secret' }),
    );
    expect(codeOf(() => correctionVector(kernels, BigUint64Array.of(1n), [new BigUint64Array(2)]))).toBe(
      'INVALID_INPUT',
    );
  });
});

describe('refused as INVALID_INPUT', () => {
  const refused = (act: () => unknown, message: string) =>
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message }));

  test.each([0, 1, 17, 2.5, NaN])('%d parties, with seeds or without', (parties) => {
    for (const seeded of [true, false]) {
      refused(
        () => shareAdditive(kernels, BigUint64Array.of(1n), { parties, seeded, binding: bindingFor(1) }),
        'an input is shared between 2 and 16 parties',
      );
    }
  });

  test('a secret of another shape than the binding says', () => {
    const share = (columns: number, batchSize: number) => () =>
      shareAdditive(kernels, new BigUint64Array(6), { parties: 2, binding: bindingFor(columns, batchSize) });
    refused(share(5, 1), 'the secret has 6 elements, the binding 1 x 5');
    refused(share(6, 2), 'the secret has 6 elements, the binding 2 x 6');
    expect(share(2, 3)()).toHaveLength(2);
  });

  test('two parties under one request id, or one without', () => {
    const binding = bindingFor(1);
    const share =
      (...requestIds: string[]) =>
      () =>
        shareAdditive(kernels, BigUint64Array.of(1n), { parties: 3, binding: { ...binding, requestIds } });
    const message = 'each party has a request id of its own';
    for (const ids of ['aaa', 'aba', 'ab', '']) refused(share(...ids), message);
    expect(share('a', 'b', 'c')()).toHaveLength(3);
  });

  test('one reply, or replies of different lengths', () => {
    const reconstruct =
      (...lengths: number[]) =>
      () =>
        reconstructAdditive(
          kernels,
          lengths.map((length) => new BigUint64Array(length)),
        );
    refused(reconstruct(), 'additive sharing has at least two replies');
    refused(reconstruct(1), 'additive sharing has at least two replies');
    refused(reconstruct(1, 2), 'the vectors have different lengths');
    refused(reconstruct(2, 2, 1), 'the vectors have different lengths');
  });
});
