import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as elementary from '../src/elementary.ts';

const { exp, gelu, sigmoid, tanh } = elementary;

/** Every magnitude that a value between layers can have, both signs, and 0. */
const value = fc.oneof(
  fc.constantFrom(0, 2 ** -552, 2 ** -500, 2 ** 1000),
  fc
    .tuple(fc.double({ min: -552, max: 1000, noNaN: true }), fc.boolean())
    .map(([e, negative]) => (negative ? -1 : 1) * 2 ** e),
  fc.double({ min: -800, max: 800, noNaN: true }).map((v) => (Math.abs(v) < 2 ** -552 ? 0 : v)),
);
const close = (actual: number, expected: number, ulps: number) =>
  Math.abs(actual - expected) <= ulps * 2 ** -52 * Math.abs(expected);
const isNormal = (v: number) => v === 0 || Math.abs(v) >= 2 ** -1022;

describe('elementary functions', () => {
  it('equal those of the engine, to a few ulps', () => {
    fc.assert(
      fc.property(value, (x) => {
        expect(
          x < -693 ? exp(x) <= 2 ** -999 : x > 708 ? exp(x) >= 2 ** 1021 : close(exp(x), Math.exp(x), 2),
        ).toBe(true);
        expect(close(tanh(x), Math.tanh(x), 4)).toBe(true);
        const e = Math.exp(-Math.abs(x));
        if (x > -700) expect(close(sigmoid(x), x < 0 ? e / (1 + e) : 1 / (1 + e), 4)).toBe(true);
        else expect(sigmoid(x)).toBeLessThan(2 ** -1009);
      }),
      { numRuns: 20_000 },
    );
  });

  it('have the right ends', () => {
    expect([-Infinity, -1e300, 0, 1e300, Infinity].map(exp)).toEqual([0, 0, 1, Infinity, Infinity]);
    expect([-Infinity, -1e300, 0, 1e300, Infinity].map(sigmoid)).toEqual([0, 0, 0.5, 1, 1]);
    expect([-Infinity, -1e300, 0, 1e300, Infinity].map(tanh)).toEqual([-1, -1, 0, 1, 1]);
    expect([-Infinity, -1e300, 0, 1e300].map(gelu)).toEqual([0, 0, 0, 1e300]);
  });

  it('gelu has the values of x·Φ(x), tails included', () => {
    // by mpmath 1.3, 30 digits
    const table: [x: number, gelu: number][] = [
      [-36.5, -2.0238248852723182e-290],
      [-30.0, -1.472014178144456e-196],
      [-20.0, -5.507248237212468e-88],
      [-10.0, -7.619853024160526e-23],
      [-5.0, -1.4332578593959695e-6],
      [-2.9, -0.005410858571113711],
      [-2.8, -0.007154364925198216],
      [-1.0, -0.15865525393145705],
      [-0.1, -0.0460172162722971],
      [-1e-9, -4.999999996010577e-10],
      [1e-9, 5.000000003989423e-10],
      [0.1, 0.053982783727702904],
      [1.0, 0.8413447460685429],
      [2.8, 2.7928456350748014],
      [2.9, 2.8945891414288862],
      [5.0, 4.999998566742141],
      [10.0, 10.0],
    ];
    for (const [x, expected] of table) expect(Math.abs(gelu(x) / expected - 1)).toBeLessThan(1e-13);
  });

  it('make no subnormal number of any value between layers', () => {
    fc.assert(
      fc.property(value, (x) => {
        for (const f of [exp, sigmoid, tanh, gelu]) expect(isNormal(f(x))).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it('take the same steps for every argument: no branch, no function of the engine that has some', () => {
    const source = readFileSync(new URL('../src/elementary.ts', import.meta.url), 'utf8');
    const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(code).toContain('export function exp');
    expect(
      code.match(
        /\b(if|while|do|switch|return.*\?|Math\.(?!abs|max|min|SQRT1_2|LOG2E)\w+)\b|&&|\|\||\?|\?\?/g,
      ),
    ).toBeNull();
    // the loops run over tables
    const bounds = [...code.matchAll(/for \(let \w+ = ([^;]*);/g)].map(([, start]) => start);
    expect(bounds.toSorted()).toEqual(['0', '2', 'ERFCX.length - 1']);
  });
});
