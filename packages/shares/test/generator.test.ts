import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GeneratorLog, toHex } from '../../../tests/support/generator-log.ts';
import {
  combineCheckVectors,
  correctShamir,
  drawCanary,
  drawCheckVector,
  drawMasks,
  expandSeed,
  bindingOf,
  shareAdditive,
  shareCheckKey,
  shareShamir,
} from '../src/index.ts';
import type { FieldVector, Share } from '../src/index.ts';
import { bindingFor, kernels, layerOf, reproducible } from './support.ts';

// Whatever is secret here is what crypto.getRandomValues gave, whole, and nothing of it serves twice.

let log: GeneratorLog;
beforeEach(() => {
  log = new GeneratorLog();
});
afterEach(() => {
  expect(log.unfit).toBe(0);
  log.stop();
});

const ROUNDS = 5;
const secret = BigUint64Array.from({ length: 40 }, (_, i) => BigInt(i % 3));
const rounds = <T>(draw: () => T): T[] => Array.from({ length: ROUNDS }, draw);

const schemes: Record<string, (parties: number, seeded: boolean) => Share[]> = {
  additive: (parties, seeded) => shareAdditive(kernels, secret, { parties, seeded, binding: bindingFor(40) }),
  'shamir, threshold 2': (parties, seeded) =>
    shareShamir(kernels, secret, { parties, threshold: 2, seeded, binding: bindingFor(40) }),
  'shamir, all needed': (parties, seeded) =>
    shareShamir(kernels, secret, { parties, threshold: parties, seeded, binding: bindingFor(40) }),
};

describe.each(Object.entries(schemes))('%s', (name, share) => {
  test.each([2, 5, 16])('%i parties: every seed is the generator’s, and so is every mask', (parties) => {
    const masks = name.endsWith('2') ? 1 : parties - 1;
    const seeds = rounds(() => share(parties, true)).flatMap((shares) => {
      expect(shares.map(({ kind }) => kind)).toEqual(shares.map((_, i) => (i < masks ? 'seed' : 'vector')));
      return shares.flatMap((one) => (one.kind === 'seed' ? toHex(one.seed) : []));
    });
    expect(seeds).toHaveLength(ROUNDS * masks);
    expect(log.firstForeign(seeds)).toBeUndefined();
    expect(new Set(seeds).size).toBe(seeds.length);

    const vectors = rounds(() => share(parties, false)).flatMap((shares) =>
      shares.slice(0, masks).map(({ vector }) => vector),
    );
    expect(log.firstForeignVector(vectors)).toBeUndefined();
  });

  test('what a party expands is bound to its purpose, its index and its request', () => {
    const binding = bindingFor(40);
    for (const one of share(5, true)) {
      if (one.kind !== 'seed') continue;
      const purpose = name.startsWith('additive') ? 'additive' : 'shamir';
      expect(expandSeed(kernels, one.seed, bindingOf(binding, 5, one.partyId), purpose)).toEqual(one.vector);
    }
  });
});

test('prepared masks are the generator’s', () => {
  const options = { parties: 4, binding: bindingFor(40) };
  const masks = rounds(() => drawMasks(kernels, 3, options, 'additive')).flat();
  const seeds = masks.flatMap((mask) => (mask.kind === 'seed' ? toHex(mask.seed) : []));
  expect(seeds).toHaveLength(3 * ROUNDS);
  expect(log.firstForeign(seeds)).toBeUndefined();
  const plain = rounds(() => drawMasks(kernels, 3, { ...options, seeded: false }, 'additive')).flat();
  expect(log.firstForeignVector(plain.map(({ vector }) => vector))).toBeUndefined();
});

describe('checks', () => {
  const layer = layerOf(7, 5, reproducible(3));

  test('r of a check vector is uniform and new each time', () => {
    const checks = rounds(() => drawCheckVector(kernels, layer.planes, 7, 5));
    expect(log.firstForeignVector(checks.map(({ r }) => r))).toBeUndefined();
  });

  test('issued vectors are combined with uniform coefficients, new each time', () => {
    const unit = (i: number): FieldVector =>
      BigUint64Array.from({ length: 3 }, (_, j) => (i === j ? 1n : 0n));
    const issued = [0, 1, 2].map((i) => ({ r: unit(i), s: unit(i) }));
    const combined = rounds(() => combineCheckVectors(kernels, issued));
    expect(log.firstForeignVector(combined.map(({ r }) => r))).toBeUndefined();
    for (const { r, s } of combined) expect(s).toEqual(r);
  });

  test('sketch seeds and canaries are the generator’s', () => {
    const { batchSize: _, columns: __, ...binding } = bindingFor(1);
    const keys = rounds(() => shareCheckKey(kernels, 4, { ...binding, rows: 7 })).flat();
    expect(keys).toHaveLength(4 * ROUNDS);
    expect(log.firstForeign(keys.map(({ seed }) => toHex(seed)))).toBeUndefined();
    const canaries = rounds(() => drawCanary(9));
    expect(log.firstForeignVector(canaries)).toBeUndefined();
  });

  test('replies are held against each other by a form that is new each time', () => {
    const shares = shareShamir(kernels, secret, {
      parties: 5,
      threshold: 2,
      seeded: false,
      binding: bindingFor(40),
    });
    const replies = shares.map(({ partyId, vector }) => ({ partyId, vector }));
    const before = log.callsFor(8 * 40).length;
    rounds(() => correctShamir(kernels, replies, 2));
    const forms = log.callsFor(8 * 40).slice(before);
    expect(new Set(forms.map(toHex)).size).toBe(ROUNDS);
    // a lie that a form of equal elements would not see
    const lie = replies[3]!.vector.slice();
    lie[0] = (lie[0]! + 5n) % (2n ** 61n - 1n);
    lie[1] = (lie[1]! + 2n ** 61n - 6n) % (2n ** 61n - 1n);
    const { vector } = correctShamir(kernels, replies.with(3, { partyId: 4, vector: lie }), 2);
    expect(vector).toEqual(secret);
  });
});
