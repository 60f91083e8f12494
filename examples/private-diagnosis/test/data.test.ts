import { describe, expect, it } from 'vitest';
import {
  FEATURES,
  fitStandardization,
  loadDataset,
  parseDataset,
  splitDataset,
  standardize,
} from '../src/data.ts';

const line = (id: number, diagnosis: string, values: readonly unknown[]) =>
  [id, diagnosis, ...values].join(',');
const ramp = (start: number) => Array.from({ length: FEATURES }, (_, k) => start + k);

describe('the data', () => {
  it('is parsed from lines', () => {
    const { count, features, labels } = parseDataset(
      `${line(1, 'M', ramp(0))}\r\n${line(2, 'B', ramp(100))}\n`,
    );
    expect(count).toBe(2);
    expect([...labels]).toEqual([1, 0]);
    expect([...features]).toEqual([...ramp(0), ...ramp(100)]);
  });

  it.each([
    ['empty', ''],
    ['of another diagnosis', line(1, 'X', ramp(0))],
    ['short', line(1, 'M', ramp(0).slice(1))],
    ['long', line(1, 'M', [...ramp(0), 1])],
    ['with a hole', line(1, 'M', ['', ...ramp(0).slice(1)])],
    ['with text', line(1, 'M', ['high', ...ramp(0).slice(1)])],
  ])('is refused when a line is %s, without quoting it', (_, bad) => {
    expect(() => parseDataset(`${line(7, 'B', ramp(0))}\n${bad}\n${line(8, 'B', ramp(0))}`)).toThrow(
      expect.objectContaining({
        code: 'INVALID_DATASET',
        message: 'line 2 is not a number, M or B, and 30 measurements',
      }),
    );
  });

  it('says where to get it when it is absent', () => {
    expect(() => loadDataset('/nowhere/wdbc.data')).toThrow(
      expect.objectContaining({
        code: 'DATASET_MISSING',
        message: expect.stringMatching(/nowhere.*doi\.org/),
      }),
    );
  });

  it('is standardised to mean 0 and deviation 1, and a constant column to 0', () => {
    const rows = Array.from({ length: 50 }, (_, k) => line(k, 'B', [7, ...ramp(k * k).slice(1)]));
    const data = parseDataset(rows.join('\n'));
    const features = standardize(data.features, fitStandardization(data));
    for (let column = 0; column < FEATURES; column++) {
      const values = Array.from({ length: 50 }, (_, k) => features[k * FEATURES + column]!);
      expect(values.reduce((a, b) => a + b) / 50).toBeCloseTo(0, 10);
      expect(values.reduce((a, b) => a + b * b, 0) / 50).toBeCloseTo(column === 0 ? 0 : 1, 10);
    }
  });
});

describe('the 569 patients', () => {
  it('are split into 398 and 171, each patient in one part, the same way every time', () => {
    const data = loadDataset();
    expect(data.count).toBe(569);
    expect(data.labels.filter((label) => label === 1).length).toBe(212);
    const { training, heldOut } = splitDataset(data);
    expect([training.count, heldOut.count]).toEqual([398, 171]);
    const rows = (set: typeof data) =>
      Array.from(
        { length: set.count },
        (_, k) => `${set.labels[k]} ${set.features.subarray(k * 30, (k + 1) * 30).join()}`,
      );
    expect([...rows(training), ...rows(heldOut)].toSorted()).toEqual(rows(data).toSorted());
    expect(splitDataset(data)).toEqual({ training, heldOut });
  });
});
