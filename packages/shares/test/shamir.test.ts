import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  drawMasks,
  expandSeed,
  interpolateShares,
  lagrangeCoefficients,
  reconstructShamir,
  shareShamir,
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
const thresholdFor = (parties: number) => fc.integer({ min: 2, max: parties });

describe.each(everyCount)('%i parties', (parties) => {
  test('any t shares give the secret back, and the surplus agrees', () => {
    const sharing = thresholdFor(parties).chain((threshold) =>
      fc.record({
        threshold: fc.constant(threshold),
        secret: vectorOf(1, 4),
        seeded: fc.boolean(),
        order: fc.shuffledSubarray(
          Array.from({ length: parties }, (_, i) => i),
          {
            minLength: threshold,
          },
        ),
      }),
    );
    fc.assert(
      fc.property(sharing, ({ threshold, secret, seeded, order }) => {
        const binding = bindingFor(secret.length);
        const before = secret.slice();
        const shares = shareShamir(kernels, secret, { parties, threshold, seeded, binding });
        expect(secret).toEqual(before);
        expect(shares.map((share) => share.partyId)).toEqual(
          Array.from({ length: parties }, (_, i) => i + 1),
        );
        expect(shares.map((share) => share.kind)).toEqual(
          shares.map((_, i) => (seeded && i < threshold - 1 ? 'seed' : 'vector')),
        );
        const received = shares.map((share) => ({
          partyId: share.partyId,
          vector:
            share.kind === 'seed'
              ? expandSeed(kernels, share.seed, bindingOf(binding, parties, share.partyId), 'shamir')
              : share.vector,
        }));
        expect(received.every((reply) => kernels.isCanonical(reply.vector))).toBe(true);
        const chosen = order.map((i) => received[i]!);
        expect(reconstructShamir(kernels, chosen, threshold)).toEqual(secret);
      }),
      { numRuns: 150 },
    );
  });
});

test('the shares are the values of one polynomial of degree t - 1, in BigInt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), vectorOf(2), (threshold, secret) => {
      const parties = 10;
      const shares = shareShamir(kernels, secret, {
        parties,
        threshold,
        seeded: false,
        binding: bindingFor(2),
      });
      for (const j of [0, 1]) {
        // The t-th differences of values at 0, 1, 2, … vanish exactly for degree below t.
        let row = [secret[j]!, ...shares.map((share) => share.vector[j]!)];
        for (let k = 0; k < threshold - 1; k++)
          row = row.slice(1).map((value, i) => residue(value - row[i]!));
        expect(new Set(row.map((value) => value.toString())).size).toBe(1);
        expect(row[0]).not.toBe(0n);
      }
    }),
  );
});

test('t - 1 shares fit every secret: the masks do not depend on it', () => {
  const options = { parties: 5, binding: bindingFor(1), seeded: false };
  const masks = drawMasks(kernels, 2, options, 'shamir').map((share) => share.vector);
  for (const secret of [0n, 1n, 12_345n]) {
    const rest = interpolateShares(kernels, BigUint64Array.of(secret), masks, 5);
    expect(rest.map((share) => share.partyId)).toEqual([3, 4, 5]);
    const replies = [{ partyId: 1, vector: masks[0]! }, { partyId: 2, vector: masks[1]! }, ...rest];
    expect(reconstructShamir(kernels, replies, 3)).toEqual(BigUint64Array.of(secret));
  }
});

test('W·x comes out of any t of the parties’ W·x_i, over a batch', () => {
  const random = reproducible(11);
  const layer = layerOf(4, 6, random);
  const x = BigUint64Array.from({ length: 18 }, () =>
    residue(BigInt(Math.floor((random() - 0.5) * 2 ** 40))),
  );
  const shares = shareShamir(kernels, x, { parties: 5, threshold: 3, binding: bindingFor(6, 3) });
  const replies = shares.map(({ partyId, vector }) => ({ partyId, vector: multiplyByHand(layer, vector) }));
  const truth = multiplyByHand(layer, x);
  for (const [a, b, c] of [
    [0, 1, 2],
    [4, 2, 0],
    [1, 3, 4],
  ] as const) {
    expect(reconstructShamir(kernels, [replies[a]!, replies[b]!, replies[c]!], 3)).toEqual(truth);
  }
});

describe('Lagrange coefficients', () => {
  test('known values', () => {
    expect([...lagrangeCoefficients([1, 2], 0)]).toEqual([2n, residue(-1n)]);
    expect([...lagrangeCoefficients([1, 2, 3], 0)]).toEqual([3n, residue(-3n), 1n]);
    expect([...lagrangeCoefficients([0, 1], 5)]).toEqual([residue(-4n), 5n]);
    expect([...lagrangeCoefficients([4], 9)]).toEqual([1n]);
  });

  test('at one of the points they select its value', () => {
    expect([...lagrangeCoefficients([1, 7, 16, 4], 16)]).toEqual([0n, 0n, 1n, 0n]);
  });
});

describe('surplus replies', () => {
  const secret = BigUint64Array.of(42n, 43n);
  const shareOut = () => shareShamir(kernels, secret, { parties: 5, threshold: 3, binding: bindingFor(2) });

  test('a wrong one among them is detected, whoever it is and however small the error', () => {
    const replies = shareOut();
    for (const liar of [0, 1, 2, 3, 4]) {
      for (const at of [0, 1]) {
        const tampered = replies.map(({ partyId, vector }, i) => ({
          partyId,
          vector: vector.map((value, j) => (i === liar && j === at ? residue(value + 1n) : value)),
        }));
        expect(codeOf(() => reconstructShamir(kernels, tampered, 3))).toBe('INCONSISTENT_REPLIES');
        const withOneToSpare = [...tampered.slice(liar), ...tampered.slice(0, liar)].slice(0, 4);
        expect(codeOf(() => reconstructShamir(kernels, withOneToSpare, 3))).toBe('INCONSISTENT_REPLIES');
        const dropped = tampered.filter((_, i) => i !== liar);
        expect(reconstructShamir(kernels, dropped, 3)).toEqual(secret);
      }
    }
  });

  test('too few replies', () => {
    const replies = shareOut();
    expect(codeOf(() => reconstructShamir(kernels, replies.slice(3), 3))).toBe('NOT_ENOUGH_REPLIES');
    expect(codeOf(() => reconstructShamir(kernels, [], 2))).toBe('NOT_ENOUGH_REPLIES');
  });

  test.each([
    ['a party twice', 'a party replied twice', [1, 1, 2]],
    ['party 0', 'a party id is an integer from 1 to 16', [0, 2, 3]],
    ['party 17', 'a party id is an integer from 1 to 16', [2, 17, 3]],
    ['party 1.5', 'a party id is an integer from 1 to 16', [1.5, 2, 3]],
  ])('%s is INVALID_INPUT', (_, message, partyIds) => {
    const replies = partyIds.map((partyId) => ({ partyId, vector: new BigUint64Array(2) }));
    expect(() => reconstructShamir(kernels, replies, 3)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', message }),
    );
  });

  test('another length is INVALID_INPUT, first or last', () => {
    const replies = [1, 2, 3].map((partyId) => ({ partyId, vector: new BigUint64Array(2) }));
    for (const at of [0, 1, 2]) {
      const bad = replies.with(at, { partyId: at + 1, vector: new BigUint64Array(3) });
      expect(codeOf(() => reconstructShamir(kernels, bad, 3))).toBe('INVALID_INPUT');
    }
  });
});

describe('refused as INVALID_INPUT', () => {
  const share = (parties: number, threshold: number) =>
    codeOf(() => shareShamir(kernels, BigUint64Array.of(1n), { parties, threshold, binding: bindingFor(1) }));

  test.each([
    [3, 1],
    [3, 0],
    [3, 4],
    [3, 2.5],
    [3, NaN],
    [1, 1],
    [17, 2],
  ])('%d parties, threshold %d', (parties, threshold) => {
    expect(share(parties, threshold)).toBe('INVALID_INPUT');
  });

  test('the ends of the range are fine', () => {
    expect(share(2, 2)).toBeUndefined();
    expect(share(16, 2)).toBeUndefined();
    expect(share(16, 16)).toBeUndefined();
  });

  test('masks of another length than the secret, or none', () => {
    const secret = BigUint64Array.of(1n);
    expect(codeOf(() => interpolateShares(kernels, secret, [new BigUint64Array(2)], 3))).toBe(
      'INVALID_INPUT',
    );
    expect(codeOf(() => interpolateShares(kernels, secret, [], 3))).toBe('INVALID_INPUT');
  });

  test('masks drawn ahead for more parties than there can be', () => {
    const [secret, mask] = [BigUint64Array.of(1n), BigUint64Array.of(2n)];
    expect(interpolateShares(kernels, secret, [mask], 16)).toHaveLength(15);
    expect(codeOf(() => interpolateShares(kernels, secret, [mask], 17))).toBe('INVALID_INPUT');
  });

  test('a threshold of 1 would make every reply the answer', () => {
    const reply = { partyId: 1, vector: BigUint64Array.of(1n) };
    expect(codeOf(() => reconstructShamir(kernels, [reply], 1))).toBe('INVALID_INPUT');
  });
});
