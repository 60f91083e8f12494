import { describe, expect, test } from 'vitest';
import { formatLimit, formatValue, verdictOf } from '../src/figure.ts';
import { formatBytes, formatDuration, formatTime } from '../src/quantity.ts';
import { targets } from '../src/targets.ts';
import { sharesFloor } from '../src/suites/mesh/floor.ts';
import { networkA, shapeById } from '../src/shapes.ts';

describe('a verdict', () => {
  const lower = targets.vectorOnnx4096;
  const higher = targets.vectorMatrix1024;

  test.each([
    [0.85, 'beyond'],
    [0.86, 'reached'],
    [1.05, 'reached'],
    [1.06, 'missed'],
  ])('%d against at most 1.05 and 0.85 is %s', (value, verdict) => {
    expect(verdictOf({ ...lower, value })).toBe(verdict);
  });

  test.each([
    [25, 'beyond'],
    [24.9, 'reached'],
    [14.9, 'missed'],
  ])('%d against at least 15 and 25 is %s', (value, verdict) => {
    expect(verdictOf({ ...higher, value })).toBe(verdict);
  });

  test('without a barrier nothing is beyond', () => {
    expect(verdictOf({ ...targets.bytesDown, value: 0.01 })).toBe('reached');
  });
});

test('targets have ids of their own', () => {
  const ids = Object.values(targets).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('words for numbers', () => {
  test.each([
    [0.0097, '9.70 µs'],
    [0.4, '400 µs'],
    [0.99996, '1.00 ms'],
    [31.25, '31.3 ms'],
    [2_500, '2.50 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatTime(ms)).toBe(text);
  });

  test.each([
    [6_549, '6,549 B'],
    [25_280, '25.3 kB'],
    [2_097_152, '2.10 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [0.2, '1 s'],
    [89, '89 s'],
    [600, '10 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test('limits and values', () => {
    expect(formatLimit(targets.vectorOnnx4096, 1.05)).toBe('≤ 1.05×');
    expect(formatLimit(targets.vectorMatrix1024, 15)).toBe('≥ 15×');
    expect(formatValue('MB', 84.26)).toBe('84.3 MB');
  });
});

describe('the floor of bytes', () => {
  test('of one layer', () => {
    // 8·784 + 32·(3 − 1) up, 8·128·3 down
    expect(sharesFloor(shapeById('784x128')!, 1, 3)).toEqual({ up: 6_336, down: 3_072 });
  });

  test('of three layers, and of a batch: seeds do not grow with it', () => {
    expect(sharesFloor(networkA, 1, 2)).toEqual({
      up: 8 * (784 + 128 + 128) + 32 * 3,
      down: 8 * (128 + 128 + 10) * 2,
    });
    expect(sharesFloor(shapeById('256x10')!, 64, 2).up).toBe(8 * 256 * 64 + 32);
  });

  test('of a prepared call: one party', () => {
    expect(sharesFloor(shapeById('256x10')!, 1, 5, true)).toEqual({ up: 2_048, down: 80 });
  });
});
