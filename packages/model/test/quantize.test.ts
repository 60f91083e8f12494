import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dequantizeRows, maxRowSum, quantizeRows, zeroRows } from '@sharemesh/model';
import type { WeightBits } from '@sharemesh/model';
import { planeFault } from '../src/quantize.ts';

const bits = fc.constantFrom<WeightBits>(14, 28);
const weight = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, 1e-310, Number.MAX_VALUE, -Number.MAX_VALUE),
);
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }))
  .chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      weights: fc.array(weight, { minLength: rows * columns, maxLength: rows * columns }),
    }),
  );

/** Wq[k] by the definition, in BigInt. */
const integer = (planes: readonly Int16Array[], k: number) =>
  planes.reduce((value, plane) => value * 16_384n + BigInt(plane[k]!), 0n);
const magnitude = (value: bigint) => (value < 0n ? -value : value);

describe('quantizeRows', () => {
  it('errs by at most half a step, and stays in the range of its bits', () => {
    fc.assert(
      fc.property(matrix, bits, ({ rows, columns, weights }, weightBits) => {
        const { planes, rowScales } = quantizeRows(Float64Array.from(weights), rows, columns, weightBits);
        expect(planeFault(planes, weightBits)).toBeUndefined();
        const limit = weightBits === 14 ? 8191n : 134_209_535n;
        weights.forEach((w, k) => {
          const scale = rowScales[Math.floor(k / columns)]!;
          const quantized = integer(planes, k);
          expect(scale).toBeGreaterThan(0);
          expect(magnitude(quantized) <= limit).toBe(true);
          // two roundings of float64, in the scale and in the quotient, on values up to 2^27 steps
          expect(Math.abs(w / scale - Number(quantized))).toBeLessThanOrEqual(0.5 + 1e-7);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('puts the largest weight of each row on the largest integer', () => {
    const weights = Float64Array.of(0.5, -2, 1, 7e-9, 3e-9, -1e-9);
    const fast = quantizeRows(weights, 2, 3, 14);
    expect([...fast.planes[0]!]).toEqual([2048, -8191, 4096, 8191, 3510, -1170]);
    const fine = quantizeRows(weights, 2, 3, 28);
    expect(integer(fine.planes, 1)).toBe(-134_209_535n);
    expect(integer(fine.planes, 3)).toBe(134_209_535n);
  });

  it('gives a row of zeros the smallest scale of its layer, so that noise in it stays as small', () => {
    const { planes, rowScales } = quantizeRows(Float64Array.of(0, -0, 3, 4, 0, 0, 1e-3, 0), 4, 2, 14);
    expect([...rowScales]).toEqual([1e-3 / 8191, 4 / 8191, 1e-3 / 8191, 1e-3 / 8191]);
    expect(zeroRows(planes, 2)).toEqual([0, 2]);
  });

  it('gives a layer of zeros scales next to nothing', () => {
    const { planes, rowScales } = quantizeRows(new Float64Array(6), 2, 3, 28);
    expect([...rowScales]).toEqual([2 ** -300, 2 ** -300]);
    expect(planes.every((plane) => plane.every((v) => v === 0))).toBe(true);
    expect(zeroRows(planes, 3)).toEqual([0, 1]);
  });

  it('takes float32 weights exactly as their float64 values', () => {
    const single = Float32Array.of(0.1, -0.7, 3.3, 1e-5);
    expect(quantizeRows(single, 2, 2, 28)).toEqual(quantizeRows(Float64Array.from(single), 2, 2, 28));
  });

  it('refuses a wrong size and weights that are not finite', () => {
    expect(() => quantizeRows(new Float64Array(5), 2, 3, 14)).toThrow(/5 values are not 2 × 3/);
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(() => quantizeRows(Float64Array.of(1, bad), 1, 2, 14)).toThrow(/NaN or infinite/);
    }
  });
});

describe('maxRowSum and dequantizeRows', () => {
  it('agree with BigInt', () => {
    fc.assert(
      fc.property(matrix, bits, ({ rows, columns, weights }, weightBits) => {
        const { planes, rowScales } = quantizeRows(Float64Array.from(weights), rows, columns, weightBits);
        const sums = Array.from({ length: rows }, (_, i) =>
          Array.from({ length: columns }, (_, j) => magnitude(integer(planes, i * columns + j))).reduce(
            (a, b) => a + b,
          ),
        );
        const largest = sums.reduce((a, b) => (a > b ? a : b));
        expect(BigInt(maxRowSum(planes, columns))).toBe(largest);
        const back = dequantizeRows(planes, rowScales, columns);
        back.forEach((value, k) => {
          expect(value).toBe(Number(integer(planes, k)) * rowScales[Math.floor(k / columns)]!);
        });
      }),
    );
  });
});

describe('planeFault', () => {
  const plane = (...values: number[]) => Int16Array.from(values);

  it('accepts the extremes and refuses one step beyond', () => {
    expect(planeFault([plane(8191, -8191)], 14)).toBeUndefined();
    expect(planeFault([plane(8192)], 14)).toMatch(/8191/);
    expect(planeFault([plane(-32768)], 14)).toMatch(/8191/);
    expect(planeFault([plane(8192, -8192), plane(-1, 1)], 28)).toBeUndefined();
    expect(planeFault([plane(8192), plane(0)], 28)).toMatch(/2\^27/);
    expect(planeFault([plane(-8192), plane(0)], 28)).toMatch(/2\^27/);
    expect(planeFault([plane(-32768), plane(0)], 28)).toMatch(/2\^27/);
    expect(planeFault([plane(0, 0), plane(8191, -8192)], 28)).toBeUndefined();
    expect(planeFault([plane(0), plane(8192)], 28)).toMatch(/plane 1/);
    expect(planeFault([plane(0), plane(-8193)], 28)).toMatch(/plane 1/);
  });

  it('refuses a wrong number of planes', () => {
    expect(planeFault([], 14)).toMatch(/0 planes/);
    expect(planeFault([plane(0), plane(0)], 14)).toMatch(/2 planes/);
    expect(planeFault([plane(0)], 28)).toMatch(/1 planes/);
  });
});
