import type { ChartMaker } from '../chart.ts';
import { CHART_WIDTH, drawChart } from '../draw-chart.ts';
import { wayColors } from '../palette.ts';

/** Bars: calls a second, by shape. */
export const throughputChart: ChartMaker = async ({ throughputs }) => {
  const [first] = throughputs;
  if (!first) return undefined;
  const { domain, range } = wayColors(throughputs.map(({ way }) => way));
  const shapes = [...new Set(throughputs.map(({ shape }) => shape))];
  const svg = await drawChart({
    description: 'Calls per second, a bar for each way to infer, grouped by shape.',
    width: CHART_WIDTH - 60,
    height: { step: 14 },
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
      yOffset: { field: 'way', type: 'nominal', sort: domain },
      x: { field: 'rate', type: 'quantitative', axis: { title: 'calls per second', tickCount: 5 } },
      color: { field: 'way', type: 'nominal', scale: { domain, range }, legend: { columns: 2 } },
    },
  });
  return {
    title: 'Throughput of one client',
    caption: `${first.inFlight} calls under way at once; client and all servers share this machine.`,
    svg,
  };
};
