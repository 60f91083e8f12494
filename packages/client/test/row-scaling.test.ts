import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleRows, unscaleRows } from '../src/row-scaling.ts';
import { requireBounded, saturate } from '../src/saturation.ts';
import { testBundle } from './support/test-mesh.ts';

const options = { layer: 2, significantBits: 30 };
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const rows = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }))
  .chain(([batch, width]) =>
    fc.array(fc.array(finite, { minLength: width, maxLength: width }), {
      minLength: batch,
      maxLength: batch,
    }),
  );
const flat = (x: readonly number[][]) => Float64Array.from(x.flat());

describe('scaled rows', () => {
  it('have their largest magnitude in [1/2, 1), at every magnitude there is', () => {
    fc.assert(
      fc.property(rows, (x) => {
        const { mantissas, exponents, refusal } = scaleRows(flat(x), x.length, options);
        expect(refusal).toBeUndefined();
        for (const [b, row] of x.entries()) {
          const own = mantissas.subarray(b * row.length, (b + 1) * row.length);
          const largest = Math.max(...own.map(Math.abs));
          if (exponents[b] === -Infinity) expect(row.every((v) => v === 0)).toBe(true);
          else expect(largest).toSatisfy((v: number) => v >= 0.5 && v < 1);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('are what they are alone, whatever else is in the batch', () => {
    fc.assert(
      fc.property(rows, (x) => {
        const together = scaleRows(flat(x), x.length, options);
        for (const [b, row] of x.entries()) {
          const alone = scaleRows(flat([row]), 1, options);
          expect(together.exponents[b]).toBe(alone.exponents[0]);
          expect(together.mantissas.subarray(b * row.length, (b + 1) * row.length)).toEqual(alone.mantissas);
        }
      }),
    );
  });

  it('come back: exactly where no bit falls below the smallest double', () => {
    fc.assert(
      fc.property(rows, (x) => {
        const { mantissas, exponents } = scaleRows(flat(x), x.length, options);
        const back = unscaleRows(mantissas, exponents);
        for (const [i, value] of x.flat().entries()) {
          const largest = Math.max(...x[Math.floor(i / x[0]!.length)]!.map(Math.abs));
          if (Math.abs(value) > largest * 2 ** -900) expect(back[i]).toBe(value);
          else expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(largest * 2 ** -900);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('take the smallest and the largest doubles', () => {
    for (const value of [5e-324, 2 ** -1022, 2 ** -1022 - 5e-324, 0.5, 1 - 2 ** -53, 1, Number.MAX_VALUE]) {
      const { mantissas, exponents } = scaleRows(Float64Array.of(value, -value), 1, options);
      expect(mantissas[0]).toBeGreaterThanOrEqual(0.5);
      expect(mantissas[0]).toBeLessThan(1);
      expect(unscaleRows(mantissas, exponents)).toEqual(Float64Array.of(value, -value));
    }
  });

  it('turn the outputs of a row of zeros into zeros, noise or not', () => {
    const { exponents } = scaleRows(Float64Array.of(0, -0, 3, 4), 2, options);
    expect(unscaleRows(Float64Array.of(0.001, 7e300, 1, 1), exponents)).toEqual(Float64Array.of(0, 0, 8, 8));
  });

  it('under a fixed number of fraction bits share one exponent, and what is too large is clamped and said', () => {
    const { mantissas, exponents, refusal } = scaleRows(Float64Array.of(1, 2, 2 ** 18, 1), 2, {
      ...options,
      fractionBits: 12,
    });
    expect(exponents).toEqual([18, 18]);
    expect(mantissas).toEqual(Float64Array.of(2 ** -18, 2 ** -17, 1 - 2 ** -53, 2 ** -18));
    expect(refusal).toMatchObject({
      code: 'INPUT_OUT_OF_RANGE',
      message: expect.stringMatching(/row 1 of layer 2/),
    });
    expect(refusal!.message).not.toMatch(/262144/);
  });
});

describe('saturation', () => {
  it('clamps what left the range, names the first row, and leaves the rest alone', () => {
    const values = Float64Array.of(1, -2, NaN, Infinity, -Infinity, 1e308);
    const error = saturate(values, 3, 4);
    expect(error).toMatchObject({
      code: 'OUTPUT_OUT_OF_RANGE',
      message: expect.stringMatching(/row 1 .*layer 4/),
    });
    expect(values).toEqual(Float64Array.of(1, -2, 0, 2 ** 1000, -(2 ** 1000), 2 ** 1000));
    expect(saturate(Float64Array.of(0, 2 ** 1000, -(2 ** 1000)), 1, 0)).toBeUndefined();
  });

  it('is the last resort: models with numbers beyond 2^400 are refused beforehand', () => {
    const { inference } = testBundle().manifest;
    const [layer, last] = inference.layers;
    const refused = (change: Partial<typeof layer>) => {
      const model = { inference: { ...inference, layers: [{ ...layer!, ...change }, last!] } };
      expect(() => requireBounded(model as never)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
    };
    expect(() => requireBounded({ inference } as never)).not.toThrow();
    refused({ row_scales: [...layer!.row_scales.slice(1), 1e120] });
    refused({ bias: [...layer!.bias.slice(1), -1e308] });
    refused({ activation: { type: 'polynomial', coefficients: [0, 1e200] } });
  });
});
