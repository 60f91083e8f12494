import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P } from '@sharemesh/kernels/field';
import { mod, vector, vectorImplementations } from './support.ts';

/** round-half-even(x·2^fractionBits) from the bits of the double, in integers only. */
function encodeOracle(x: number, fractionBits: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(x).buffer)[0]!;
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const magnitude = exponent === 0 ? fraction : fraction | (1n << 52n);
  const shift = BigInt(Math.max(exponent, 1) - 1075 + fractionBits);
  let rounded: bigint;
  if (shift >= 0n) rounded = magnitude << shift;
  else {
    const half = 1n << (-shift - 1n);
    const down = magnitude >> -shift;
    const rest = magnitude - (down << -shift);
    rounded = rest > half || (rest === half && down % 2n === 1n) ? down + 1n : down;
  }
  return mod(bits >> 63n === 1n ? -rounded : rounded);
}

const centre = (y: bigint): bigint => (y > P >> 1n ? y - P : y);

const real = (bits: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.double({ min: -(2 ** bits), max: 2 ** bits, noNaN: true, minExcluded: true, maxExcluded: true }),
    // Halves, and their neighbours.
    fc.integer({ min: -1000, max: 1000 }).map((n) => n + 0.5),
    fc.integer({ min: -1000, max: 1000 }).map((n) => (n + 0.5) * (1 + Number.EPSILON)),
    fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 0.49999999999999994, -0.5, 2 ** -1022),
  );

describe.each(vectorImplementations)('fixed point, %s', (_, kernels) => {
  test.each([0, 1, 16, 40])('encodes with %i fraction bits as the oracle does', (fractionBits) => {
    const x = fc.oneof(
      fc.array(real(20), { maxLength: 9 }),
      fc.array(real(60 - fractionBits), { minLength: 1, maxLength: 9 }),
    );
    fc.assert(
      fc.property(x, (values) => {
        const encoded = kernels.encodeFixed(Float64Array.from(values), fractionBits);
        expect([...encoded]).toEqual(values.map((value) => encodeOracle(value, fractionBits)));
      }),
      { numRuns: 150 },
    );
  });

  test('ties go to even on both sides of 2^51 and 2^52', () => {
    const x = [
      0.5,
      1.5,
      2.5,
      -0.5,
      -1.5,
      2 ** 51 - 0.5,
      2 ** 51 + 0.5,
      2 ** 51 + 1.5,
      -(2 ** 51) - 0.5,
      2 ** 52 + 1,
    ];
    const expected = x.map((value) => encodeOracle(value, 0));
    expect([...kernels.encodeFixed(Float64Array.from(x), 0)]).toEqual(expected);
    for (const [i, value] of x.entries()) {
      expect([...kernels.encodeFixed(Float64Array.of(value), 0)]).toEqual([expected[i]]);
    }
  });

  test('the largest magnitudes fit and the next are refused, without being named', () => {
    const largest = 2 ** 60 - 128;
    expect([...kernels.encodeFixed(Float64Array.of(largest, -largest), 0)]).toEqual([
      BigInt(largest),
      P - BigInt(largest),
    ]);
    for (const value of [2 ** 60, -(2 ** 60), Infinity, -Infinity, NaN]) {
      expect(() => kernels.encodeFixed(Float64Array.of(1, value, 2), 0)).toThrow(RangeError);
      expect(() => kernels.encodeFixed(Float64Array.of(1, value / 256, 2), 8)).toThrow(/fraction bits$/);
    }
  });

  test('fraction bits are checked', () => {
    for (const bits of [-1, 0.5, NaN, 1024]) {
      expect(() => kernels.encodeFixed(Float64Array.of(0), bits)).toThrow(RangeError);
    }
    expect([...kernels.encodeFixed(Float64Array.of(2 ** -1000), 1023)]).toEqual([1n << 23n]);
  });

  test('decodes centred residues with one scale per column', () => {
    const input = fc
      .tuple(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 5 }))
      .chain(([rows, columns]) =>
        fc.tuple(
          vector(rows * columns),
          fc.array(fc.double({ noNaN: true }), { minLength: columns, maxLength: columns }),
        ),
      );
    fc.assert(
      fc.property(input, ([y, scales]) => {
        const expected = [...y].map((value, i) => Number(centre(value)) * scales[i % scales.length]!);
        expect([...kernels.decodeFixed(y, Float64Array.from(scales))]).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('encode and decode are inverse for what fixed point can say', () => {
    const x = Float64Array.of(0, 1, -1, 0.25, -1234.75, 2 ** 30);
    expect([...kernels.decodeFixed(kernels.encodeFixed(x, 20), Float64Array.of(2 ** -20))]).toEqual([...x]);
  });

  test('decode refuses a part of a row', () => {
    expect(() => kernels.decodeFixed(new BigUint64Array(3), new Float64Array(2))).toThrow(RangeError);
    expect(() => kernels.decodeFixed(new BigUint64Array(3), new Float64Array(0))).toThrow(RangeError);
    expect(kernels.decodeFixed(new BigUint64Array(0), new Float64Array(0))).toHaveLength(0);
  });
});
