import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P } from '@sharemesh/kernels/field';
import { edges, element, mod, vector, vectorImplementations } from './support.ts';

const pairOfVectors = fc.nat({ max: 40 }).chain((length) => fc.tuple(vector(length), vector(length)));

describe.each(vectorImplementations)('residues, %s', (_, kernels) => {
  test('add and subtract are those of F_p', () => {
    fc.assert(
      fc.property(pairOfVectors, ([a, b]) => {
        expect([...kernels.add(a, b)]).toEqual([...a].map((value, i) => mod(value + b[i]!)));
        expect([...kernels.subtract(a, b)]).toEqual([...a].map((value, i) => mod(value - b[i]!)));
      }),
      { numRuns: 100 },
    );
  });

  test('every pair of edge elements adds, subtracts and multiplies', () => {
    const a = BigUint64Array.from(edges.flatMap((value) => edges.map(() => value)));
    const b = BigUint64Array.from(edges.flatMap(() => edges));
    expect([...kernels.add(a, b)]).toEqual([...a].map((value, i) => mod(value + b[i]!)));
    expect([...kernels.subtract(a, b)]).toEqual([...a].map((value, i) => mod(value - b[i]!)));
    for (const value of edges) {
      expect([...kernels.combine(BigUint64Array.of(value), [b])]).toEqual([...b].map((x) => mod(value * x)));
    }
  });

  test('combine is Σ coefficient·vector', () => {
    const input = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 12 }))
      .chain(([count, length]) =>
        fc.tuple(vector(count), fc.array(vector(length), { minLength: count, maxLength: count })),
      );
    fc.assert(
      fc.property(input, ([coefficients, vectors]) => {
        const expected = [...vectors[0]!].map((_, i) =>
          mod(vectors.reduce((sum, values, k) => sum + coefficients[k]! * values[i]!, 0n)),
        );
        expect([...kernels.combine(coefficients, vectors)]).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('combine and dot stay exact when hundreds of the largest products add up', () => {
    const n = 1000;
    const largest = new BigUint64Array(n).fill(P - 1n);
    expect(kernels.dot(largest, largest)).toBe(mod(BigInt(n)));
    const vectors = Array.from({ length: n }, () => BigUint64Array.of(P - 1n, P >> 1n));
    expect([...kernels.combine(largest, vectors)]).toEqual([mod(BigInt(n)), mod(-BigInt(n) * (P >> 1n))]);
  });

  test('combine and dot give 0, not p, for what adds up to a multiple of p', () => {
    for (const value of edges.filter((edge) => edge > 0n)) {
      const [ones, pair] = [BigUint64Array.of(1n, 1n), BigUint64Array.of(value, P - value)];
      expect(kernels.dot(ones, pair)).toBe(0n);
      expect([...kernels.combine(ones, [pair, pair.toReversed()])]).toEqual([0n, 0n]);
      expect([
        ...kernels.combine(BigUint64Array.of(value, value), [ones, BigUint64Array.of(P - 1n, 0n)]),
      ]).toEqual([0n, value]);
    }
  });

  test('dot is Σ a·b', () => {
    fc.assert(
      fc.property(pairOfVectors, ([a, b]) => {
        expect(kernels.dot(a, b)).toBe(mod([...a].reduce((sum, value, i) => sum + value * b[i]!, 0n)));
      }),
      { numRuns: 100 },
    );
  });

  test('isCanonical finds one element that is not below p, wherever it stands', () => {
    const notCanonical = fc.oneof(
      fc.constantFrom(P, P + 1n, 1n << 61n, 1n << 63n, (1n << 64n) - 1n),
      fc.bigInt({ min: P, max: (1n << 64n) - 1n }),
    );
    fc.assert(
      fc.property(fc.array(element, { maxLength: 9 }), notCanonical, fc.nat(), (values, wrong, position) => {
        expect(kernels.isCanonical(BigUint64Array.from(values))).toBe(true);
        const at = position % (values.length + 1);
        expect(kernels.isCanonical(BigUint64Array.from(values.toSpliced(at, 0, wrong)))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  test('results are the caller’s own, and operands stay as they were', () => {
    const a = BigUint64Array.of(5n, P - 1n, 7n);
    const b = BigUint64Array.of(9n, 9n, 9n);
    const sum = kernels.add(a, b);
    kernels.subtract(b, a);
    expect([...sum]).toEqual([14n, 8n, 16n]);
    expect([...a, ...b]).toEqual([5n, P - 1n, 7n, 9n, 9n, 9n]);
  });

  test('operands may be windows of a larger buffer', () => {
    const a = BigUint64Array.of(1n, 2n, 3n, 4n).subarray(1, 3);
    expect([...kernels.add(a, a)]).toEqual([4n, 6n]);
    expect(kernels.dot(a, a)).toBe(13n);
    expect(kernels.isCanonical(BigUint64Array.of(P, 1n).subarray(1))).toBe(true);
  });

  test('shapes that do not match are refused', () => {
    const [one, two] = [new BigUint64Array(1), new BigUint64Array(2)];
    expect(() => kernels.add(one, two)).toThrow(RangeError);
    expect(() => kernels.subtract(one, two)).toThrow(RangeError);
    expect(() => kernels.dot(one, two)).toThrow(RangeError);
    expect(() => kernels.combine(one, [one, one])).toThrow(RangeError);
    expect(() => kernels.combine(two, [one, two])).toThrow(RangeError);
    expect(() => kernels.combine(new BigUint64Array(0), [])).toThrow(RangeError);
  });
});
