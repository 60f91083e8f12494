import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P, centre, equalVectors, mod, modInverse, modPower } from '../src/index.ts';
import { element, kernels, residue, vectorOf } from './support.ts';

const nonZero = element.filter((a) => a !== 0n);

describe('scalars of F_p', () => {
  test('p = 2^61 - 1', () => {
    expect(P).toBe(2_305_843_009_213_693_951n);
  });

  test('mod takes any integer to its residue', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(P * P), max: P * P }), (a) => {
        expect(mod(a)).toBe(residue(a));
      }),
      { numRuns: 1_000 },
    );
    expect(mod(P)).toBe(0n);
    expect(mod(-P)).toBe(0n);
    expect(mod(-1n)).toBe(P - 1n);
  });

  test('centre is the representative nearest to zero', () => {
    fc.assert(
      fc.property(element, (a) => {
        const centred = centre(a);
        expect(residue(centred)).toBe(a);
        expect(2n * centred).toBeGreaterThan(-P);
        expect(2n * centred).toBeLessThan(P);
      }),
      { numRuns: 1_000 },
    );
    expect(centre(P >> 1n)).toBe(P >> 1n);
    expect(centre((P >> 1n) + 1n)).toBe(-(P >> 1n));
  });

  test('modInverse inverts, and agrees with Fermat', () => {
    fc.assert(
      fc.property(nonZero, (a) => {
        const inverse = modInverse(a);
        expect(residue(a * inverse)).toBe(1n);
        expect(inverse).toBe(modPower(a, P - 2n));
        expect(modInverse(a - P)).toBe(inverse);
      }),
      { numRuns: 1_000 },
    );
    expect(() => modInverse(0n)).toThrow(RangeError);
    expect(() => modInverse(P)).toThrow(RangeError);
  });

  test('modPower', () => {
    expect(modPower(3n, 0n)).toBe(1n);
    expect(modPower(0n, 0n)).toBe(1n);
    expect(modPower(2n, 61n)).toBe(1n);
    expect(modPower(-2n, 3n)).toBe(P - 8n);
    expect(() => modPower(2n, -1n)).toThrow(RangeError);
    fc.assert(
      fc.property(element, fc.nat(40), (a, k) => {
        expect(modPower(a, BigInt(k))).toBe(residue(a ** BigInt(k)));
      }),
    );
  });
});

describe('vectors over F_p, against BigInt', () => {
  const pair = fc.nat(20).chain((length) => fc.tuple(vectorOf(length), vectorOf(length)));

  test('add, subtract, dot', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(kernels.add(a, b)).toEqual(a.map((x, i) => residue(x + b[i]!)));
        expect(kernels.subtract(a, b)).toEqual(a.map((x, i) => residue(x - b[i]!)));
        expect(kernels.dot(a, b)).toBe(residue([...a].reduce((sum, x, i) => sum + x * b[i]!, 0n)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('combine', () => {
    const combination = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.nat(6))
      .chain(([k, length]) =>
        fc.tuple(vectorOf(k), fc.array(vectorOf(length), { minLength: k, maxLength: k })),
      );
    fc.assert(
      fc.property(combination, ([coefficients, vectors]) => {
        const byHand = vectors[0]!.map((_, i) =>
          residue(vectors.reduce((sum, vector, k) => sum + coefficients[k]! * vector[i]!, 0n)),
        );
        expect(kernels.combine(coefficients, vectors)).toEqual(byHand);
      }),
      { numRuns: 1_000 },
    );
  });

  test('equalVectors looks at every bit of every element', () => {
    const vector = BigUint64Array.from([1n, P - 1n, 1n << 32n]);
    expect(equalVectors(vector, vector.slice())).toBe(true);
    for (const length of [0, 1, 2]) {
      expect(equalVectors(vector, vector.subarray(0, length))).toBe(false);
      expect(equalVectors(vector.subarray(0, length), vector)).toBe(false);
    }
    expect(equalVectors(new BigUint64Array(0), new BigUint64Array(0))).toBe(true);
    // A view into the middle of a buffer is compared where it is.
    expect(equalVectors(vector.subarray(1, 2), vector.subarray(2, 3))).toBe(false);
    expect(equalVectors(vector.subarray(1), vector.slice(1))).toBe(true);
    for (let i = 0; i < vector.length; i++) {
      for (let bit = 0n; bit < 61n; bit++) {
        const other = vector.slice();
        other[i]! ^= 1n << bit;
        expect(equalVectors(vector, other)).toBe(false);
        expect(equalVectors(other, vector)).toBe(false);
      }
    }
  });
});
