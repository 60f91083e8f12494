import { describe, expect, test } from 'vitest';
import { quantile, ratioOf, summarize } from '../src/measure/statistics.ts';

describe('quantile', () => {
  test('interpolates between neighbours, as NumPy does by default', () => {
    // numpy.quantile([1, 2, 3, 4], [0, .1, .25, .5, .9, 1])
    const sorted = [1, 2, 3, 4];
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((q) => quantile(sorted, q))).toEqual([1, 1.3, 1.75, 2.5, 3.7, 4]);
  });

  test('of one sample is that sample', () => {
    expect(quantile([7], 0.99)).toBe(7);
  });

  test('of no samples is refused', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

test('a summary does not depend on the order of the samples, and leaves them alone', () => {
  const samples = [5, 1, 4, 2, 3];
  expect(summarize(samples)).toEqual({ median: 3, p10: 1.4, p90: 4.6, samples: 5 });
  expect(samples).toEqual([5, 1, 4, 2, 3]);
});

describe('ratioOf', () => {
  test('divides the medians', () => {
    expect(ratioOf([2, 4, 6], [1, 1, 1])).toEqual({ value: 4, p10: 2.4, p90: 5.6 });
  });

  test('takes its spread within rounds: a machine that slows down for both changes nothing', () => {
    const slow = [1, 10, 100, 1_000];
    expect(
      ratioOf(
        slow.map((ms) => 3 * ms),
        slow,
      ),
    ).toEqual({ value: 3, p10: 3, p90: 3 });
  });

  test('refuses samples that do not pair', () => {
    expect(() => ratioOf([1, 2], [1])).toThrow(RangeError);
  });
});
