import type { ChartMaker } from '../chart.ts';
import { drawChart } from '../draw-chart.ts';
import { decades } from '../log-ticks.ts';
import { colorScale, wayKeys } from '../palette.ts';
import { mainCalls } from './select-calls.ts';

/** Lines: what a row costs in larger and larger batches, where plaintext on wide vector units wins. */
export const batchesChart: ChartMaker = async (result) => {
  const main = mainCalls(result);
  const shape = main[0]?.shape;
  const ids = new Set(
    main.filter(({ way }) => way.family !== 'shares' || way.id === 'shares-2-14').map(({ way }) => way.id),
  );
  const calls = result.calls.filter(
    (call) => call.shape === shape && call.rttMs === 0 && ids.has(call.way.id),
  );
  const batches = [...new Set(calls.map(({ batch }) => batch))].toSorted((a, b) => a - b);
  if (batches.length < 2) return undefined;
  const keys = wayKeys(calls.map(({ way }) => way));
  const values = calls.map(({ way, batch, time }) => ({
    way: way.title,
    batch,
    us: (1_000 * time.median) / batch,
  }));
  const svg = await drawChart({
    description:
      'Microseconds for each row of a call against the rows of the call, a line for each way to infer.',
    height: 132,
    data: { values },
    mark: { type: 'line', point: { size: 40, filled: true }, strokeWidth: 2 },
    encoding: {
      x: {
        field: 'batch',
        type: 'ordinal',
        sort: batches,
        axis: { title: 'rows in a call', labelAngle: 0, grid: false },
      },
      y: {
        field: 'us',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: { title: 'microseconds a row', values: decades(values.map(({ us }) => us)), format: '~s' },
      },
      order: { field: 'batch', type: 'quantitative' },
      color: { field: 'way', type: 'nominal', scale: colorScale(keys) },
    },
  });
  return {
    title: `In batches: ${shape}`,
    keys,
    caption: 'Large batches are where floating point on wide vector units stays ahead.',
    svg,
  };
};
