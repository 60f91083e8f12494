import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DIGIT_SIZE, digitsBundle, generateDigits, seededRandom, shuffle } from '@sharemesh/model/demo';
import { quantizationReport } from '@sharemesh/model/reference';

describe('drawn digits', () => {
  it('are the same bit for bit wherever they are drawn', () => {
    const { images, labels } = generateDigits({ seed: 7, count: 50 });
    const bytes = Uint8Array.from(images, (value) => Math.round(255 * value));
    expect(createHash('sha256').update(labels).update(bytes).digest('hex')).toBe(
      '1dc6224ab2292cb6423bfd4a94f4676571bba83d6c180ae3d479f388e028e3b2',
    );
  });

  it('hold every digit, as ink in [0, 1] that stays off the border', () => {
    const { images, labels, count } = generateDigits({ seed: 8, count: 300 });
    expect(new Set(labels).size).toBe(10);
    expect(images.length).toBe(count * DIGIT_SIZE ** 2);
    expect(images.every((ink) => ink >= 0 && ink <= 1)).toBe(true);
    const border = (k: number) =>
      [0, DIGIT_SIZE - 1].some(
        (edge) => k % DIGIT_SIZE === edge || Math.floor(k / DIGIT_SIZE) % DIGIT_SIZE === edge,
      );
    const inkAt = (where: (k: number) => boolean) =>
      images.reduce((sum, ink, k) => sum + (where(k) ? ink : 0), 0);
    expect(inkAt(border)).toBeLessThan(0.02 * inkAt(() => true));
  });

  it('differ with the seed and from each other', () => {
    const { images } = generateDigits({ seed: 9, count: 200 });
    const drawings = new Set(
      Array.from({ length: 200 }, (_, k) => images.subarray(k * 256, (k + 1) * 256).join()),
    );
    expect(drawings.size).toBe(200);
    expect(generateDigits({ seed: 10, count: 200 }).images).not.toEqual(images);
  });
});

describe('the digit classifier', () => {
  const { bundle, layers, heldOut, accuracy } = digitsBundle();

  it('names at least 95 % of digits that it has not seen', () => {
    expect(accuracy).toBeGreaterThanOrEqual(0.95);
    expect(heldOut.count).toBe(1000);
  });

  it('is the same model every time it is trained', () => {
    expect(digitsBundle().bundle.digest).toBe(bundle.digest);
  });

  it('answers the same after quantisation', () => {
    const report = quantizationReport(layers, bundle, heldOut.images);
    expect(report.agreements).toBe(report.samples);
    expect(report.maxLogitDifference).toBeLessThan(1e-5);
  });
});

describe('seededRandom', () => {
  it('spreads evenly over its ranges', () => {
    const random = seededRandom(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let k = 0; k < 10_000; k++) counts[random.integer(10)]!++;
    expect(Math.max(...counts.map((count) => Math.abs(count - 1000)))).toBeLessThan(150);
    const bells = Array.from({ length: 10_000 }, () => random.bell(2));
    const mean = bells.reduce((a, b) => a + b) / bells.length;
    const deviation = Math.sqrt(bells.reduce((sum, v) => sum + (v - mean) ** 2, 0) / bells.length);
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(deviation - 2)).toBeLessThan(0.1);
  });

  it('shuffles to a permutation', () => {
    const items = Array.from({ length: 100 }, (_, k) => k);
    shuffle(items, seededRandom(3));
    expect(items).not.toEqual(items.toSorted((a, b) => a - b));
    expect(items.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, k) => k));
  });
});
