import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctShamir, shareShamir } from '../src/index.ts';
import type { FieldVector, PartyReply } from '../src/index.ts';
import { divide, evaluate, interpolatePolynomial, multiply, subtract } from '../src/polynomial.ts';
import { decodeReedSolomon } from '../src/reed-solomon.ts';
import { correctShamirWith } from '../src/shamir-correction.ts';
import { bindingFor, codeOf, element, kernels, residue, vectorOf } from './support.ts';

const repliesTo = (secret: FieldVector, parties: number, threshold: number): PartyReply[] =>
  shareShamir(kernels, secret, { parties, threshold, binding: bindingFor(secret.length) });

/** Add `error` to element `at` of a party's reply. */
const tamper = (replies: PartyReply[], partyId: number, at: number, error: bigint): PartyReply[] =>
  replies.map((reply) =>
    reply.partyId === partyId
      ? { partyId, vector: reply.vector.map((value, j) => (j === at ? residue(value + error) : value)) }
      : reply,
  );

describe('correctShamir', () => {
  const attack = fc
    .integer({ min: 2, max: 12 })
    .chain((threshold) => fc.tuple(fc.constant(threshold), fc.integer({ min: threshold, max: 16 })))
    .chain(([threshold, count]) =>
      fc.record({
        threshold: fc.constant(threshold),
        present: fc.shuffledSubarray(
          Array.from({ length: 16 }, (_, i) => i + 1),
          { minLength: count, maxLength: count },
        ),
        lies: fc.array(
          fc.tuple(
            fc.nat(3),
            element.filter((e) => e !== 0n),
          ),
          {
            maxLength: Math.floor((count - threshold) / 2),
          },
        ),
        secret: vectorOf(4),
      }),
    );

  test('any ⌊(r - t)/2⌋ wrong among any r replies are named, and the answer is right', () => {
    fc.assert(
      fc.property(attack, ({ threshold, present, lies, secret }) => {
        const all = repliesTo(secret, 16, threshold);
        const received = present.map((partyId) => all[partyId - 1]!);
        const liars = present.slice(0, lies.length);
        const tampered = lies.reduce(
          (replies, [at, error], i) => tamper(replies, liars[i]!, at, error),
          received,
        );
        expect(correctShamir(kernels, tampered, threshold)).toEqual({ vector: secret, disagreeing: liars });
      }),
      { numRuns: 1_000 },
    );
  });

  test('one more wrong reply than can be corrected, with one to spare, is still detected', () => {
    const secret = BigUint64Array.of(7n, 8n);
    for (const liar of [1, 2, 3, 4]) {
      const tampered = tamper(repliesTo(secret, 4, 3), liar, 1, 1n);
      expect(codeOf(() => correctShamir(kernels, tampered, 3))).toBe('INCONSISTENT_REPLIES');
    }
    const three = [1, 3, 6].reduce(
      (replies, liar) => tamper(replies, liar, 0, BigInt(liar)),
      repliesTo(secret, 7, 2),
    );
    expect(codeOf(() => correctShamir(kernels, three, 2))).toBe('INCONSISTENT_REPLIES');
  });

  test('without a surplus there is nothing to hold the replies against', () => {
    const secret = BigUint64Array.of(7n, 8n);
    const replies = repliesTo(secret, 3, 3);
    expect(correctShamir(kernels, replies, 3)).toEqual({ vector: secret, disagreeing: [] });
    expect(correctShamir(kernels, tamper(replies, 2, 0, 1n), 3).vector).not.toEqual(secret);
  });

  test('a reply that is all zeros, or another party’s, is a lie like any other', () => {
    const secret = BigUint64Array.of(7n, 8n, 9n);
    const replies = repliesTo(secret, 5, 3);
    const zero = replies.map((reply, i) => (i === 1 ? { ...reply, vector: new BigUint64Array(3) } : reply));
    expect(correctShamir(kernels, zero, 3)).toEqual({ vector: secret, disagreeing: [2] });
    const copied = replies.map((reply, i) => (i === 4 ? { ...reply, vector: replies[0]!.vector } : reply));
    expect(correctShamir(kernels, copied, 3)).toEqual({ vector: secret, disagreeing: [5] });
    expect(correctShamir(kernels, repliesTo(new BigUint64Array(3), 5, 3), 3).vector).toEqual(
      new BigUint64Array(3),
    );
  });

  test('lies that the linear form does not see are caught on the vectors', () => {
    const secret = BigUint64Array.of(7n, 8n);
    const form = BigUint64Array.of(1n, 0n);
    for (const liar of [1, 2, 3, 4, 5]) {
      const tampered = tamper(repliesTo(secret, 5, 3), liar, 1, 1n);
      expect(codeOf(() => correctShamirWith(form, kernels, tampered, 3))).toBe('INCONSISTENT_REPLIES');
    }
  });

  test('too few replies', () => {
    const replies = repliesTo(BigUint64Array.of(1n), 3, 3);
    expect(codeOf(() => correctShamir(kernels, replies.slice(1), 3))).toBe('NOT_ENOUGH_REPLIES');
    expect(codeOf(() => correctShamir(kernels, [], 3))).toBe('NOT_ENOUGH_REPLIES');
  });
});

describe('Reed–Solomon decoding', () => {
  const points = [1n, 2n, 3n, 4n, 5n, 6n, 7n];

  test('against every choice of the right values', () => {
    const word = fc.tuple(
      fc.integer({ min: 1, max: 7 }),
      fc.array(element, { minLength: 7, maxLength: 7 }),
      fc.array(fc.nat(6), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(word, ([dimension, values, errors]) => {
        // A codeword with up to four errors; what the decoder says must be what exhaustive search says.
        const f = interpolatePolynomial(points.slice(0, dimension), values.slice(0, dimension));
        const received = points.map((point, i) => (errors.includes(i) ? values[i]! : evaluate(f, point)));
        const radius = Math.floor((7 - dimension) / 2);
        const found = decodeReedSolomon(points, received, dimension);
        const expected = nearest(points, received, dimension, radius);
        expect(found).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  /** The polynomial of degree below `dimension` that misses at most `radius` values: try all sets of points. */
  function nearest(at: bigint[], values: bigint[], dimension: number, radius: number) {
    for (let set = 0; set < 1 << at.length; set++) {
      const chosen = at.map((_, i) => i).filter((i) => (set >> i) & 1);
      if (chosen.length !== dimension) continue;
      const candidate = interpolatePolynomial(
        chosen.map((i) => at[i]!),
        chosen.map((i) => values[i]!),
      );
      if (at.filter((point, i) => evaluate(candidate, point) !== values[i]).length <= radius)
        return candidate;
    }
    return undefined;
  }
});

describe('polynomials over F_p', () => {
  const polynomial = fc
    .array(element, { maxLength: 6 })
    .map((coefficients) => coefficients.slice(0, coefficients.findLastIndex((c) => c !== 0n) + 1));

  test('multiply, subtract and divide agree with evaluation', () => {
    fc.assert(
      fc.property(polynomial, polynomial, element, (f, g, at) => {
        expect(evaluate(multiply(f, g), at)).toBe(residue(evaluate(f, at) * evaluate(g, at)));
        expect(evaluate(subtract(f, g), at)).toBe(residue(evaluate(f, at) - evaluate(g, at)));
        expect(subtract(f, f)).toEqual([]);
        if (g.length === 0) return;
        const { quotient, remainder } = divide(f, g);
        expect(remainder.length).toBeLessThan(g.length);
        expect(evaluate(f, at)).toBe(
          residue(evaluate(quotient, at) * evaluate(g, at) + evaluate(remainder, at)),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('interpolatePolynomial goes through its points, with no leading zeros', () => {
    expect(interpolatePolynomial([], [])).toEqual([]);
    expect(interpolatePolynomial([3n, 4n, 5n], [9n, 9n, 9n])).toEqual([9n]);
    expect(interpolatePolynomial([1n, 2n, 3n], [1n, 4n, 9n])).toEqual([0n, 0n, 1n]);
    expect(interpolatePolynomial([1n, 2n], [0n, 0n])).toEqual([]);
  });
});
