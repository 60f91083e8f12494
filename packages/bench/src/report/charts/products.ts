import type { ChartMaker } from '../chart.ts';
import { drawChart } from '../draw-chart.ts';
import { decades } from '../log-ticks.ts';
import { colorScale } from '../palette.ts';

const COLORS: Readonly<Record<string, string>> = {
  Sharemesh: 'var(--shares-1)',
  'Sharemesh, 28-bit weights': 'var(--shares-2)',
  ONNX: 'var(--plain-1)',
  'ml-matrix': 'var(--plain-2)',
};

const colorOf = (engine: string): string =>
  COLORS[engine] ?? COLORS[engine.split(/[ ,]/)[0]!] ?? 'var(--other-1)';

/** Dots on a line for each shape: W·x alone, how far the engines are apart. */
export const productsChart: ChartMaker = async ({ products }) => {
  const vectors = products.filter(({ batch }) => batch === 1);
  if (vectors.length === 0) return undefined;
  const engines = [...new Set(vectors.map(({ engine }) => engine))];
  const shapes = [...new Set(vectors.map(({ shape }) => shape))];
  const keys = engines.map((engine) => ({ title: engine, color: colorOf(engine) }));
  const values = vectors.map(({ shape, engine, time }) => ({ shape, engine, us: 1_000 * time.median }));
  const y = {
    field: 'shape',
    type: 'nominal',
    sort: shapes,
    axis: { title: null, grid: true },
  } as const;
  const svg = await drawChart({
    description: 'Microseconds of a matrix-vector product on one thread, a dot for each engine.',
    height: { step: 28 },
    data: { values },
    mark: { type: 'point', filled: true, size: 90, opacity: 1 },
    encoding: {
      y,
      x: {
        field: 'us',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: { title: 'microseconds, median', format: '~s', values: decades(values.map(({ us }) => us)) },
      },
      color: {
        field: 'engine',
        type: 'nominal',
        scale: colorScale(keys),
      },
    },
  });
  return {
    title: 'W·x on one thread',
    keys,
    caption: 'Exact integers modulo 2⁶¹ − 1 beside floating point. Each step to the left is a factor.',
    svg,
  };
};
