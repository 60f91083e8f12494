import type { ChartMaker } from '../chart.ts';
import { drawChart } from '../draw-chart.ts';
import { oneTwoFive } from '../log-ticks.ts';
import { colorScale, wayKeys } from '../palette.ts';
import { oneOfEach } from './select-calls.ts';

/** Lines: the same calls over longer and longer cables. */
export const roundTripsChart: ChartMaker = async ({ calls }) => {
  const shape = calls.find(({ rttMs }) => rttMs > 0)?.shape;
  const far = oneOfEach(calls.filter((call) => call.shape === shape && call.batch === 1));
  const rtts = [...new Set(far.map(({ rttMs }) => rttMs))].toSorted((a, b) => a - b);
  // ways that were measured at every distance
  const measured = far.filter(({ way }) =>
    rtts.every((rtt) => far.some((call) => call.way.id === way.id && call.rttMs === rtt)),
  );
  if (rtts.length < 2 || measured.length === 0) return undefined;
  const keys = wayKeys(measured.map(({ way }) => way));
  const values = measured.map(({ way, rttMs, time }) => ({
    way: way.title,
    rtt: `${rttMs} ms`,
    rttMs,
    ms: time.median,
  }));
  const svg = await drawChart({
    description: 'Milliseconds of a call against the round-trip time, a line for each way to infer.',
    height: 132,
    data: { values },
    mark: { type: 'line', point: { size: 40, filled: true }, strokeWidth: 2 },
    encoding: {
      x: {
        field: 'rtt',
        type: 'ordinal',
        sort: rtts.map((rtt) => `${rtt} ms`),
        axis: { title: 'added round-trip time', labelAngle: 0, grid: false },
        scale: { padding: 0.2 },
      },
      y: {
        field: 'ms',
        type: 'quantitative',
        scale: { type: 'log', nice: true },
        axis: { title: 'milliseconds, median', values: oneTwoFive(values.map(({ ms }) => ms)), format: '~g' },
      },
      order: { field: 'rttMs', type: 'quantitative' },
      color: { field: 'way', type: 'nominal', scale: colorScale(keys) },
    },
  });
  return {
    title: `The longer the cable, the less privacy costs: ${shape}`,
    keys,
    caption: 'All parties are asked at once, so a private layer takes one round trip, like a plain one.',
    svg,
  };
};
