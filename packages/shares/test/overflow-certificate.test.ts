import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P, centre, certify, certifyUnit, encode, maxMagnitude, mod } from '../src/index.ts';
import type { OverflowQuestion } from '../src/index.ts';
import { codeOf, encodeByHand, exactly, kernels, reproducible } from './support.ts';

const ask = (question: Partial<OverflowQuestion>) =>
  certify({ maxRowSum: 1, maxAbs: 1, minFractionBits: 0, maxFractionBits: 60, ...question });

/** L·(2^f·maxAbs + ½) < p/2, and 2^f·maxAbs < 2^60, with fractions cleared: the definition, for one f. */
function fits(maxRowSum: number, maxAbs: number, f: number): boolean {
  const { numerator, exponent } = exactly(maxAbs);
  const denominator = 1n << exponent;
  const scaled = numerator << BigInt(f);
  const sum = BigInt(maxRowSum) * (2n * scaled + denominator);
  return sum < P * denominator && scaled < denominator << 60n;
}

describe('certify', () => {
  test('takes the most fraction bits that fit', () => {
    // L·(2^f·1 + ½) < 2^60 - ½, at L = 1: f = 59, as 2^60 + ½ is too large.
    expect(ask({})).toEqual({ fractionBits: 59, bound: 1n << 59n, headroomBits: 0 });
    expect(ask({ maxFractionBits: 20 })).toEqual({ fractionBits: 20, bound: 1n << 20n, headroomBits: 39 });
    expect(ask({ maxRowSum: 3, maxFractionBits: 1, maxAbs: 0.25 })).toEqual({
      fractionBits: 1,
      bound: 3n,
      headroomBits: 58,
    });
  });

  test('with no weights, or no input, the scale is bounded by the encoding alone', () => {
    expect(ask({ maxRowSum: 0 })).toEqual({ fractionBits: 59, bound: 0n, headroomBits: 60 });
    expect(ask({ maxAbs: 0 })).toEqual({ fractionBits: 60, bound: 0n, headroomBits: 60 });
    expect(ask({ maxAbs: -0 })).toEqual({ fractionBits: 60, bound: 0n, headroomBits: 60 });
    expect(ask({ maxRowSum: 0, maxAbs: 2 ** 59 }).fractionBits).toBe(0);
    expect(codeOf(() => ask({ maxRowSum: 0, maxAbs: 2 ** 60 }))).toBe('INPUT_OUT_OF_RANGE');
  });

  test('is not fooled where float64 would round', () => {
    // 2^8·(2^52 - ½ + ½) = 2^60 is too large by ½; one ulp less is fine. In float64 both sides are 2^60.
    expect(codeOf(() => ask({ maxRowSum: 2 ** 8, maxAbs: 2 ** 52 - 0.5 }))).toBe('INPUT_OUT_OF_RANGE');
    expect(ask({ maxRowSum: 2 ** 8, maxAbs: 2 ** 52 - 1 })).toEqual({
      fractionBits: 0,
      bound: (1n << 60n) - (1n << 7n),
      headroomBits: 0,
    });
    // (2^53 - 1)·128 = 2^60 - 2^7 fits, and the least bit more does not.
    expect(ask({ maxRowSum: Number.MAX_SAFE_INTEGER, maxAbs: 127.5 }).bound).toBe((1n << 60n) - (1n << 7n));
    expect(codeOf(() => ask({ maxRowSum: Number.MAX_SAFE_INTEGER, maxAbs: 127.5 + 2 ** -40 }))).toBe(
      'INPUT_OUT_OF_RANGE',
    );
  });

  test('the definition, for any question', () => {
    const rowSum = fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: 0, max: 53 }).map((k) => Math.min(2 ** k, Number.MAX_SAFE_INTEGER)),
    );
    const magnitude = fc.oneof(
      fc.double({ min: 0, max: 2 ** 61, noNaN: true }),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -1074, max: 62 }).map((k) => 2 ** k),
    );
    const bits = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(rowSum, magnitude, bits, (maxRowSum, maxAbs, [min, max]) => {
        const question = { maxRowSum, maxAbs, minFractionBits: min, maxFractionBits: max };
        if (!fits(maxRowSum, maxAbs, min)) {
          expect(codeOf(() => certify(question))).toBe('INPUT_OUT_OF_RANGE');
          return;
        }
        const { fractionBits, bound, headroomBits } = certify(question);
        expect(fractionBits).toBeGreaterThanOrEqual(min);
        expect(fractionBits).toBeLessThanOrEqual(max);
        expect(fits(maxRowSum, maxAbs, fractionBits)).toBe(true);
        if (fractionBits < max) expect(fits(maxRowSum, maxAbs, fractionBits + 1)).toBe(false);
        expect(2n * bound).toBeLessThan(P);
        if (bound > 0n) {
          expect(2n * (bound << BigInt(headroomBits))).toBeLessThan(P);
          expect(2n * (bound << BigInt(headroomBits + 1))).toBeGreaterThan(P);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<Partial<OverflowQuestion>>([
    { maxRowSum: -1 },
    { maxRowSum: 1.5 },
    { maxRowSum: 2 ** 53 },
    { maxRowSum: NaN },
    { maxAbs: NaN },
    { maxAbs: Infinity },
    { maxAbs: -1 },
    { minFractionBits: -1 },
    { minFractionBits: 0.5 },
    { maxFractionBits: 61 },
    { maxFractionBits: 0.5 },
    { maxFractionBits: NaN },
    { minFractionBits: 21, maxFractionBits: 20 },
  ])('%o is INVALID_INPUT', (question) => {
    expect(codeOf(() => ask(question))).toBe('INVALID_INPUT');
  });
});

test('the certificate of inputs within one is that for a largest magnitude of 1', () => {
  const rowSums = fc.oneof(
    fc.maxSafeNat(),
    fc.integer({ min: 0, max: 53 }).map((k) => Math.min(2 ** k, Number.MAX_SAFE_INTEGER)),
  );
  fc.assert(
    fc.property(rowSums, (maxRowSum) => {
      const { fractionBits, bound } = ask({ maxRowSum });
      expect(certifyUnit(maxRowSum)).toEqual({ fractionBits, bound });
    }),
    { numRuns: 1_000 },
  );
  for (const maxRowSum of [-1, 0.5, 2 ** 53, NaN]) {
    expect(codeOf(() => certifyUnit(maxRowSum))).toBe('INVALID_INPUT');
  }
});

test('100,000 extreme inputs are refused, or exact: none is silently wrong', () => {
  const random = reproducible(0x5eed);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const weight = () =>
    pick([0, 1, -1, 8_191, -8_191, 2 ** 27 - 1, 1 - 2 ** 27, Math.floor((random() - 0.5) * 2 ** 28)]);
  const bits = new DataView(new ArrayBuffer(8));
  const anyDouble = () => {
    bits.setUint32(0, random() * 2 ** 32);
    bits.setUint32(4, random() * 2 ** 32);
    const x = bits.getFloat64(0);
    return Number.isFinite(x) ? x : Number.MAX_VALUE;
  };

  let refused = 0;
  let exact = 0;
  let nearTheEdge = 0;
  for (let trial = 0; trial < 100_000; trial++) {
    const weights = Array.from({ length: 1 + Math.floor(random() * 4) }, weight);
    const maxRowSum = weights.reduce((sum, w) => sum + Math.abs(w), 0);
    const minFractionBits = Math.floor(random() * 30);
    // Most inputs sit around the largest that the fewest fraction bits allow, some anywhere among the doubles.
    const edge = 2 ** (60 - minFractionBits) / Math.max(maxRowSum, 1);
    const input = () =>
      pick([edge, -edge, edge * (1 - 2 ** -52), edge * random(), -edge * random(), 0, anyDouble()]);
    const x = Float64Array.from(weights, input);

    let certificate;
    try {
      certificate = certify({ maxRowSum, maxAbs: maxMagnitude(x), minFractionBits, maxFractionBits: 60 });
    } catch (error) {
      if ((error as { code?: string }).code !== 'INPUT_OUT_OF_RANGE') throw error;
      if (fits(maxRowSum, maxMagnitude(x), minFractionBits))
        throw new Error('refused without need', { cause: error });
      refused++;
      continue;
    }
    const { fractionBits, bound } = certificate;
    const truth = weights.reduce((sum, w, j) => sum + BigInt(w) * encodeByHand(x[j]!, fractionBits), 0n);
    const shared = kernels.dot(
      BigUint64Array.from(weights, (w) => mod(BigInt(w))),
      encode(kernels, x, fractionBits),
    );
    if (centre(shared) !== truth || truth > bound || truth < -bound)
      throw new Error(`trial ${trial} is wrong`);
    exact++;
    if (bound > P >> 3n) nearTheEdge++;
  }
  // The inputs do lie on both sides of the limit, and close to it.
  expect(refused).toBeGreaterThan(20_000);
  expect(exact).toBeGreaterThan(20_000);
  expect(nearTheEdge).toBeGreaterThan(10_000);
  expect(refused + exact).toBe(100_000);
});
