import type { ChartMaker } from '../chart.ts';
import { CHART_WIDTH, drawChart } from '../draw-chart.ts';
import { wayColors } from '../palette.ts';
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
  const { domain, range } = wayColors(calls.map(({ way }) => way));
  const svg = await drawChart({
    description:
      'Microseconds for each row of a call against the rows of the call, a line for each way to infer.',
    width: CHART_WIDTH - 40,
    height: 150,
    data: {
      values: calls.map(({ way, batch, time }) => ({
        way: way.title,
        batch,
        us: (1_000 * time.median) / batch,
      })),
    },
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
        axis: { title: 'microseconds a row', tickCount: 4, format: '~s' },
      },
      color: { field: 'way', type: 'nominal', scale: { domain, range }, legend: { columns: 2 } },
    },
  });
  return {
    title: `In batches: ${shape}`,
    caption: 'Large batches are where floating point on wide vector units stays ahead.',
    svg,
  };
};
