import { expect, test } from 'vitest';
import { comparisonTable, comparisons } from '../src/comparison.ts';
import { docsPage } from '../src/docs-page.ts';
import { renderReport } from '../src/report/render-report.ts';
import type { CallMeasurement } from '../src/result.ts';
import { sampleResult } from './sample-result.ts';

const call = (family: string, rttMs: number, more: Partial<CallMeasurement> = {}): CallMeasurement => ({
  shape: '256→10',
  batch: 1,
  way: { id: family, title: `by ${family}`, family, ...(family === 'ckks' && { trust: 'nobody' }) },
  rttMs,
  time: { median: 2 + rttMs, p10: 1, p90: 3, samples: 9 },
  phases: { encrypt: 0.5, send: 1.4, activate: 0.001 },
  bytesUp: 46_000,
  bytesDown: 14_000,
  error: 1e-5,
  ...more,
});
const families = ['plain', 'shares', 'ckks'];
const calls = [40, 0].flatMap((rtt) => families.map((family) => call(family, rtt)));

test('ways of all three families at one shape are compared, distance by distance', () => {
  // a way that was not measured everywhere, another shape, and batches have no place in it
  const others = [
    call('shares', 0, { way: { id: 'shares-5', title: '5 parties', family: 'shares' } }),
    call('ckks', 0, { shape: '1024²' }),
    call('plain', 0, { batch: 8, time: { median: 99, p10: 1, p90: 3, samples: 9 } }),
  ];
  const [comparison, ...rest] = comparisons({ calls: [...others, ...calls] });
  expect(rest).toEqual([]);
  expect(comparison).toMatchObject({ shape: '256→10', rtts: [0, 40] });
  expect(comparisonTable(comparison!)).toEqual([
    ['way', 'trusted with the input', 'loopback', 'RTT 40 ms', 'up', 'down', 'error', 'by phase, loopback'],
    ...families.map((family) => [
      `by ${family}`,
      family === 'ckks' ? 'nobody' : 'the server',
      '2.00 ms',
      '42.0 ms',
      '46.0 kB',
      '14.0 kB',
      '1e-5',
      'encrypt 500 µs · send 1.40 ms',
    ]),
  ]);
});

test('nothing is compared where a family is missing', () => {
  expect(comparisons({ calls: calls.filter(({ way }) => way.family !== 'shares') })).toEqual([]);
  expect(comparisons({ calls: [] })).toEqual([]);
});

test('the comparison stands in the report and in the docs', async () => {
  const result = { ...sampleResult, calls };
  const html = await renderReport(result);
  expect(html).toContain('<h2>Ways to infer: 256→10</h2>');
  expect(html).toContain('<td>nobody</td>');
  expect(docsPage(result)).toContain('| by ckks | nobody | 2.00 ms | 42.0 ms |');
});
