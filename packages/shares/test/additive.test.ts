import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  correctionVector,
  drawMasks,
  expandSeed,
  packField,
  reconstructAdditive,
  shareAdditive,
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
            ? expandSeed(kernels, share.seed, { ...binding, parties, partyId: share.partyId }, 'additive')
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
    expect(codeOf(() => correctionVector(kernels, BigUint64Array.of(1n), []))).toBe('INVALID_INPUT');
    expect(codeOf(() => correctionVector(kernels, BigUint64Array.of(1n), [new BigUint64Array(2)]))).toBe(
      'INVALID_INPUT',
    );
  });
});

describe('refused as INVALID_INPUT', () => {
  test.each([0, 1, 17, 2.5, NaN])('%d parties', (parties) => {
    const share = () => shareAdditive(kernels, BigUint64Array.of(1n), { parties, binding: bindingFor(1) });
    expect(codeOf(share)).toBe('INVALID_INPUT');
  });

  test('a secret of another shape than the binding says', () => {
    const share = (binding: ReturnType<typeof bindingFor>) =>
      codeOf(() => shareAdditive(kernels, new BigUint64Array(6), { parties: 2, binding }));
    expect(share(bindingFor(5))).toBe('INVALID_INPUT');
    expect(share(bindingFor(6, 2))).toBe('INVALID_INPUT');
    expect(share(bindingFor(2, 3))).toBeUndefined();
  });

  test('one reply, or replies of different lengths', () => {
    expect(codeOf(() => reconstructAdditive(kernels, []))).toBe('INVALID_INPUT');
    expect(codeOf(() => reconstructAdditive(kernels, [new BigUint64Array(1)]))).toBe('INVALID_INPUT');
    expect(codeOf(() => reconstructAdditive(kernels, [new BigUint64Array(1), new BigUint64Array(2)]))).toBe(
      'INVALID_INPUT',
    );
  });
});
