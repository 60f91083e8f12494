import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/wire/errors';
import type { Activation } from '@sharemesh/wire';
import { applyActivation } from '@sharemesh/model/activations';

const real = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const at = (activation: Activation, x: number) => applyActivation(activation, Float64Array.of(x))[0]!;

/** Φ(x) by Simpson's rule on the normal density, from −12: independent of the series in the package. */
function integratedCdf(x: number): number {
  const steps = 20_000;
  const h = (x + 12) / steps;
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(-12) + density(x);
  for (let k = 1; k < steps; k++) sum += density(-12 + k * h) * (k % 2 === 1 ? 4 : 2);
  return (sum * h) / 3;
}

describe('applyActivation', () => {
  it('leaves its input alone and keeps the shape', () => {
    const z = Float64Array.of(-1, 0, 2, -3);
    const types = ['identity', 'relu', 'square', 'sigmoid', 'tanh', 'gelu', 'softmax'] as const;
    for (const type of types) {
      const out = applyActivation({ type }, z, 2);
      expect(out).not.toBe(z);
      expect(out.length).toBe(4);
    }
    expect(z).toEqual(Float64Array.of(-1, 0, 2, -3));
  });

  it('identity, relu and square', () => {
    const z = Float64Array.of(-2, -0.5, 0, 0.5, 3);
    expect([...applyActivation({ type: 'identity' }, z)]).toEqual([-2, -0.5, 0, 0.5, 3]);
    expect([...applyActivation({ type: 'relu' }, z)]).toEqual([0, 0, 0, 0.5, 3]);
    expect([...applyActivation({ type: 'square' }, z)]).toEqual([4, 0.25, 0, 0.25, 9]);
  });

  it('polynomial: the sum of its terms', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: -100, max: 100 }),
        (coefficients, x) => {
          const exact = coefficients.reduce((sum, c, k) => sum + BigInt(c) * BigInt(x) ** BigInt(k), 0n);
          expect(at({ type: 'polynomial', coefficients }, x)).toBe(Number(exact));
        },
      ),
    );
  });

  it('sigmoid is ½(1 + tanh(x/2)) and never overflows', () => {
    fc.assert(
      fc.property(real(40), (x) => {
        expect(at({ type: 'sigmoid' }, x)).toBeCloseTo((1 + Math.tanh(x / 2)) / 2, 14);
      }),
    );
    expect([-1e308, -800, 800, 1e308].map((x) => at({ type: 'sigmoid' }, x))).toEqual([0, 0, 1, 1]);
    // the small tail keeps its relative accuracy
    expect(at({ type: 'sigmoid' }, -700) / Math.exp(-700)).toBeCloseTo(1, 12);
  });

  it('tanh is (e^2x − 1)/(e^2x + 1)', () => {
    fc.assert(
      fc.property(real(15), (x) => {
        const e = Math.expm1(2 * x);
        expect(at({ type: 'tanh' }, x)).toBeCloseTo(e / (e + 2), 14);
      }),
    );
  });

  it('gelu is x·Φ(x), with Φ by numeric integration', () => {
    fc.assert(
      fc.property(real(8), (x) => {
        expect(Math.abs(at({ type: 'gelu' }, x) - x * integratedCdf(x))).toBeLessThan(1e-13);
      }),
      { numRuns: 100 },
    );
  });

  it('gelu at tabulated values of Φ', () => {
    // Φ(1), Φ(2), Φ(3), and the tails 1 − Φ(5), 1 − Φ(8): Abramowitz and Stegun, tables 26.1 and 26.2
    expect(at({ type: 'gelu' }, 1)).toBeCloseTo(0.841344746068543, 14);
    expect(at({ type: 'gelu' }, 2) / 2).toBeCloseTo(0.977249868051821, 14);
    expect(at({ type: 'gelu' }, 3) / 3).toBeCloseTo(0.99865010196837, 14);
    expect(at({ type: 'gelu' }, -5) / -5 / 2.866515719e-7).toBeCloseTo(1, 9);
    expect(at({ type: 'gelu' }, -8) / -8 / 6.22096057e-16).toBeCloseTo(1, 8);
    expect([-Infinity, -1e300, 0, 1e300].map((x) => at({ type: 'gelu' }, x))).toEqual([0, 0, 0, 1e300]);
  });

  it('softmax: each row sums to 1, in the ratios of e^x, whatever the shift', () => {
    fc.assert(
      fc.property(
        fc.array(real(30), { minLength: 2, maxLength: 8 }),
        fc.array(real(30), { minLength: 2, maxLength: 8 }),
        real(1e6),
        (a, b, shift) => {
          const width = Math.min(a.length, b.length);
          const rows = [a.slice(0, width), b.slice(0, width).map((v) => v + shift)];
          const out = applyActivation({ type: 'softmax' }, Float64Array.from(rows.flat()), 2);
          rows.forEach((row, r) => {
            const p = out.subarray(r * width, (r + 1) * width);
            expect(p.reduce((x, y) => x + y)).toBeCloseTo(1, 12);
            for (let k = 1; k < width; k++) {
              expect(Math.log(p[k]!) - Math.log(p[0]!)).toBeCloseTo(row[k]! - row[0]!, 6);
            }
          });
        },
      ),
    );
    const extreme = applyActivation({ type: 'softmax' }, Float64Array.of(1e308, -1e308, -1e308, -1e308), 2);
    expect([...extreme]).toEqual([1, 0, 0.5, 0.5]);
  });

  it('refuses a batch that does not divide its input', () => {
    for (const batch of [0, -1, 1.5, 2, NaN]) {
      expect(() => applyActivation({ type: 'relu' }, new Float64Array(3), batch)).toThrow(MeshError);
    }
  });
});
