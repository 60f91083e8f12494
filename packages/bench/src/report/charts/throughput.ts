import type { ChartMaker } from '../chart.ts';
import { drawChart } from '../draw-chart.ts';
import { colorScale, wayKeys } from '../palette.ts';

/** Bars: calls a second, by shape. */
export const throughputChart: ChartMaker = async ({ throughputs }) => {
  const [first] = throughputs;
  if (!first) return undefined;
  const keys = wayKeys(throughputs.map(({ way }) => way));
  const shapes = [...new Set(throughputs.map(({ shape }) => shape))];
  const svg = await drawChart({
    description: 'Calls per second, a bar for each way to infer, grouped by shape.',
    height: { step: 12 },
    data: {
      values: throughputs.map(({ shape, way, callsPerSecond }) => ({
        shape,
        way: way.title,
        rate: callsPerSecond.median,
      })),
    },
    mark: { type: 'bar', height: { band: 0.8 } },
    encoding: {
      y: {
        field: 'shape',
        type: 'nominal',
        sort: shapes,
        axis: { title: null },
        scale: { paddingInner: 0.25 },
      },
      yOffset: { field: 'way', type: 'nominal', sort: keys.map(({ title }) => title) },
      x: { field: 'rate', type: 'quantitative', axis: { title: 'calls per second', tickCount: 5 } },
      color: { field: 'way', type: 'nominal', scale: colorScale(keys) },
    },
  });
  return {
    title: 'Throughput of one client',
    keys,
    caption: `${first.inFlight} calls under way at once; client and all servers share this machine.`,
    svg,
  };
};
