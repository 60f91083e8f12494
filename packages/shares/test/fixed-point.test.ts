import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P, centre, decode, encode, maxMagnitude, mod } from '../src/index.ts';
import { codeOf, element, encodeByHand, kernels } from './support.ts';

const fractionBits = fc.integer({ min: 0, max: 60 });

/** Finite doubles, with ties, subnormals and powers of two among them, scaled to stay below the limit. */
const inputs = fractionBits.chain((f) => {
  const limit = 2 ** (60 - f);
  const below = fc.double({ min: -limit, max: limit, minExcluded: true, maxExcluded: true, noNaN: true });
  const tie = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((k) => (k + 0.5) * 2 ** -f);
  const power = fc.integer({ min: -1074, max: 59 - f }).map((k) => 2 ** k);
  const inRange = (x: number) => Math.abs(x) < limit;
  return fc.tuple(fc.constant(f), fc.array(fc.oneof(below, tie.filter(inRange), power), { maxLength: 9 }));
});

describe('encode', () => {
  test('is round-half-even(x·2^f) mod p, exactly', () => {
    fc.assert(
      fc.property(inputs, ([f, x]) => {
        const byHand = x.map((value) => mod(encodeByHand(value, f)));
        expect(encode(kernels, Float64Array.from(x), f)).toEqual(BigUint64Array.from(byHand));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([NaN, Infinity, -Infinity])('%d is INVALID_INPUT', (value) => {
    expect(codeOf(() => encode(kernels, Float64Array.of(0, value), 10))).toBe('INVALID_INPUT');
    expect(codeOf(() => maxMagnitude(Float64Array.of(value, 0)))).toBe('INVALID_INPUT');
  });

  test('the range ends at 2^(60 - f), on both sides, at every f', () => {
    for (let f = 0; f <= 60; f++) {
      const limit = 2 ** (60 - f);
      const largest = limit * (1 - 2 ** -53);
      expect(centre(encode(kernels, Float64Array.of(largest), f)[0]!)).toBe((1n << 60n) - (1n << 7n));
      expect(centre(encode(kernels, Float64Array.of(-largest), f)[0]!)).toBe((1n << 7n) - (1n << 60n));
      expect(codeOf(() => encode(kernels, Float64Array.of(1, limit), f))).toBe('INPUT_OUT_OF_RANGE');
      expect(codeOf(() => encode(kernels, Float64Array.of(-limit, 1), f))).toBe('INPUT_OUT_OF_RANGE');
    }
  });

  test.each([-1, 61, 1.5, NaN])('%d fraction bits are INVALID_INPUT', (f) => {
    expect(codeOf(() => encode(kernels, Float64Array.of(0), f))).toBe('INVALID_INPUT');
    expect(codeOf(() => decode(kernels, BigUint64Array.of(0n), f, Float64Array.of(1)))).toBe('INVALID_INPUT');
  });

  test('an error says the limit, not the value', () => {
    expect(() => encode(kernels, Float64Array.of(98_765), 50)).toThrow(
      /^((?!98765).)*2\^10.*50 fraction bits$/,
    );
  });
});

describe('decode', () => {
  test('undoes encode to half a unit', () => {
    fc.assert(
      fc.property(inputs, ([f, x]) => {
        const back = decode(kernels, encode(kernels, Float64Array.from(x), f), f, Float64Array.of(1));
        for (const [i, value] of x.entries()) {
          // Half a unit of the scale, and one rounding of a 60-bit integer to a double.
          expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(2 ** (-f - 1) + Math.abs(value) * 2 ** -53);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is the centred integer times its row scale, correctly rounded below 2^53', () => {
    const small = element.map((a) => mod(centre(a) >> 8n));
    fc.assert(
      fc.property(fc.array(small, { minLength: 6, maxLength: 6 }), fractionBits, (y, f) => {
        const scales = Float64Array.of(0.1, 3, 2 ** -20);
        const decoded = decode(kernels, BigUint64Array.from(y), f, scales);
        expect([...decoded]).toEqual(y.map((a, i) => Number(centre(a)) * (scales[i % 3]! * 2 ** -f)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('the ends of the field', () => {
    const y = BigUint64Array.of(P >> 1n, (P >> 1n) + 1n, P - 1n);
    expect([...decode(kernels, y, 60, Float64Array.of(1))]).toEqual([1, -1, -(2 ** -60)]);
  });

  test('wants whole rows', () => {
    const y = new BigUint64Array(3);
    expect(codeOf(() => decode(kernels, y, 0, Float64Array.of(1, 1)))).toBe('INVALID_INPUT');
    expect(codeOf(() => decode(kernels, y, 0, new Float64Array(0)))).toBe('INVALID_INPUT');
    expect(decode(kernels, new BigUint64Array(0), 0, new Float64Array(0))).toHaveLength(0);
  });
});

test('maxMagnitude', () => {
  expect(maxMagnitude(new Float64Array(0))).toBe(0);
  expect(maxMagnitude(Float64Array.of(-0, -3, 2))).toBe(3);
  expect(maxMagnitude(Float64Array.of(1, Number.MAX_VALUE))).toBe(Number.MAX_VALUE);
});
