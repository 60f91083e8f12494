import type { ChartMaker } from '../chart.ts';
import { drawChart } from '../draw-chart.ts';
import { colorScale } from '../palette.ts';
import type { Key } from '../palette.ts';
import { mainCalls } from './select-calls.ts';

const KEYS: readonly Key[] = [
  { title: 'up', color: 'var(--before-2)' },
  { title: 'down', color: 'var(--after-2)' },
];

/** Stacked bars with a mark at the least that shares can take. */
export const bytesChart: ChartMaker = async (result) => {
  const calls = mainCalls(result).filter(({ way }) => !way.id.endsWith('-28'));
  if (calls.length === 0) return undefined;
  const values = calls.flatMap(({ way, bytesUp, bytesDown }) => [
    { way: way.title, direction: 'up', kilobytes: bytesUp / 1_000, order: 0 },
    { way: way.title, direction: 'down', kilobytes: bytesDown / 1_000, order: 1 },
  ]);
  const floors = calls.flatMap(({ way, floor }) =>
    floor ? [{ way: way.title, kilobytes: (floor.up + floor.down) / 1_000 }] : [],
  );
  const y = {
    field: 'way',
    type: 'nominal',
    sort: calls.map(({ way }) => way.title),
    axis: { title: null },
  } as const;
  const svg = await drawChart({
    description:
      'Kilobytes of whole bodies by direction, a bar for each way to infer, and the floor of each.',
    height: { step: 21 },
    layer: [
      {
        data: { values },
        mark: { type: 'bar', height: 12 },
        encoding: {
          y,
          x: {
            field: 'kilobytes',
            type: 'quantitative',
            axis: { title: 'kB of whole bodies', tickCount: 5 },
          },
          color: {
            field: 'direction',
            type: 'nominal',
            scale: colorScale(KEYS),
          },
          order: { field: 'order', type: 'quantitative' },
        },
      },
      {
        data: { values: floors },
        mark: { type: 'tick', thickness: 2, size: 19, color: 'var(--ink)' },
        encoding: { y, x: { field: 'kilobytes', type: 'quantitative' } },
      },
    ],
  });
  return {
    title: `Bytes against the floor: ${calls[0]!.shape}, one row`,
    keys: KEYS,
    caption:
      'The marks are the least that shares take: 8 bytes an element, 32 for each seed. Plain float32 has 4, float64 has 8.',
    svg,
  };
};
