import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleRows, unscaleRows } from '../src/row-scaling.ts';
import { errorOf, requireBounded, saturate } from '../src/saturation.ts';
import { testBundle } from './support/test-mesh.ts';

const options = { significantBits: 30 };
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
        const { mantissas, exponents, tooLarge } = scaleRows(flat(x), x.length, options);
        expect(tooLarge).toBe(Infinity);
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
    const { mantissas, exponents, tooLarge } = scaleRows(Float64Array.of(1, 2, 2 ** 18, 1), 2, {
      ...options,
      fractionBits: 12,
    });
    expect(exponents).toEqual([18, 18]);
    expect(mantissas).toEqual(Float64Array.of(2 ** -18, 2 ** -17, 1 - 2 ** -53, 2 ** -18));
    expect(tooLarge).toBe(1);
  });
});

describe('saturation', () => {
  it.each([true, false])('clamps what left the range, and leaves the rest alone (last layer: %s)', (last) => {
    const values = Float64Array.of(1, -2, NaN, Infinity, -Infinity, 1e308, Math.PI * 2 ** -500);
    expect(saturate(values, { batch: 7, last })).toBe(2);
    expect(saturate(Float64Array.of(1, 2, 3, -Infinity, 5, 6), { batch: 2, last })).toBe(1);
    expect(values).toEqual(
      Float64Array.of(1, -2, 0, 2 ** 1000, -(2 ** 1000), 2 ** 1000, Math.PI * 2 ** -500),
    );
    expect(saturate(Float64Array.of(0, 2 ** 1000, -(2 ** 1000)), { batch: 1, last })).toBe(Infinity);
  });

  it('keeps numbers away from the subnormal ones between layers, and leaves outputs as they are', () => {
    const small = [2 ** -552, 3 * 2 ** -553, 2 ** -554, 5e-324, -(2 ** -1022), 1e-200];
    const between = Float64Array.from(small);
    expect(saturate(between, { batch: 2, last: false })).toBe(Infinity);
    expect([...between].map((v) => v + 0)).toEqual([2 ** -552, 2 ** -551, 0, 0, 0, 0]);
    const outputs = Float64Array.from(small);
    expect(saturate(outputs, { batch: 2, last: true })).toBe(Infinity);
    expect([...outputs]).toEqual(small);
  });

  it('makes an error that says where, not what', () => {
    const error = errorOf({ code: 'OUTPUT_OUT_OF_RANGE', row: 3, layer: 4 });
    expect(error).toMatchObject({ code: 'OUTPUT_OUT_OF_RANGE', retryable: false });
    expect(error.message).toMatch(/row 3 .*layer 4/);
    expect(errorOf({ code: 'INPUT_OUT_OF_RANGE', row: 1, layer: 2 }).message).toMatch(/row 1 .*layer 2/);
  });

  it('is the last resort: models whose numbers lead out of the range are refused beforehand', () => {
    const { inference } = testBundle().manifest;
    const [layer, last] = inference.layers;
    const refused = (change: Partial<typeof layer>) => {
      const model = { inference: { ...inference, layers: [{ ...layer!, ...change }, last!] } };
      expect(() => requireBounded(model as never)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
    };
    expect(() => requireBounded({ inference } as never)).not.toThrow();
    const high = { type: 'polynomial' as const, coefficients: [...Array<number>(31).fill(0), 1] };
    refused({ row_scales: [...layer!.row_scales.slice(1), 1e120] });
    refused({ bias: [...layer!.bias.slice(1), -1e308] });
    refused({ activation: { type: 'polynomial', coefficients: [0, 1e302] } });
    refused({ row_scales: layer!.row_scales.map((scale) => scale * 2 ** 40), activation: high });
    refused({ row_scales: [...layer!.row_scales.slice(1), 2 ** -401] });
    refused({ row_scales: [...layer!.row_scales.slice(1), 5e-324] });
    const tanh7 = { type: 'polynomial', coefficients: [0, 1, 0, -1 / 3, 0, 2 / 15, 0, -17 / 315] } as const;
    for (const activation of [tanh7, { type: 'square' }, { type: 'gelu' }] as const) {
      const model = { inference: { ...inference, layers: [{ ...layer!, activation }, last!] } };
      expect(() => requireBounded(model as never)).not.toThrow();
    }
  });
});
