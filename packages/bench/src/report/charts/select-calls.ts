import type { BenchResult, CallMeasurement } from '../../result.ts';

/** The shape that charts of a single shape show, the first of these that was measured. */
const PREFERRED = ['1024²', '784→128', 'Network A'];

/**
 * One call of each way at each distance, for calls of one shape and batch: two suites may have measured the same, and
 * the later one had all ways in turn.
 */
export const oneOfEach = (calls: readonly CallMeasurement[]): CallMeasurement[] => [
  ...new Map(calls.map((call) => [`${call.way.id} ${call.rttMs}`, call])).values(),
];

/** Calls of one shape, one row, over loopback; empty where there are none. */
export function mainCalls({ calls }: BenchResult): readonly CallMeasurement[] {
  const plain = calls.filter(({ batch, rttMs }) => batch === 1 && rttMs === 0);
  const shape = PREFERRED.find((title) => plain.some((call) => call.shape === title)) ?? plain[0]?.shape;
  return oneOfEach(plain.filter((call) => call.shape === shape));
}
