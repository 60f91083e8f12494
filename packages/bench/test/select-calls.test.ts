import { expect, test } from 'vitest';
import { mainCalls, oneOfEach } from '../src/report/charts/select-calls.ts';
import { sampleResult } from './sample-result.ts';

test('a way that two suites measured at one distance is shown once, as the later one found it', () => {
  const result = sampleResult;
  const [call] = mainCalls(result);
  const again = { ...call!, time: { ...call!.time, median: 2 * call!.time.median } };
  const shown = mainCalls({ ...result, calls: [...result.calls, again] });
  expect(shown).toHaveLength(mainCalls(result).length);
  expect(shown.find(({ way }) => way.id === call!.way.id)).toBe(again);
  const far = { ...call!, rttMs: call!.rttMs + 40 };
  expect(oneOfEach([call!, far, again])).toEqual([again, far]);
});
