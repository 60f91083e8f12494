import type { ChartMaker } from '../chart.ts';
import { drawChart } from '../draw-chart.ts';
import { colorScale } from '../palette.ts';
import { mainCalls } from './select-calls.ts';

/** What happens on the client before, between and after: the colours group them. */
const PHASES: readonly (readonly [phase: string, title: string, color: string])[] = [
  ['encode', 'encode', 'var(--before-1)'],
  ['share', 'share', 'var(--before-2)'],
  ['encrypt', 'encrypt', 'var(--before-2)'],
  ['send', 'network and servers', 'var(--between)'],
  ['verify', 'verify', 'var(--after-1)'],
  ['reconstruct', 'reconstruct', 'var(--after-2)'],
  ['decrypt', 'decrypt', 'var(--after-2)'],
  ['decode', 'decode', 'var(--after-3)'],
  ['activate', 'activate', 'var(--after-4)'],
];

/** Stacked bars: where the time of a call goes. */
export const phasesChart: ChartMaker = async (result) => {
  const calls = mainCalls(result);
  if (calls.length === 0) return undefined;
  const present = PHASES.filter(([phase]) => calls.some(({ phases }) => phase in phases));
  const keys = present.map(([, title, color]) => ({ title, color }));
  const values = calls.flatMap(({ way, phases }) =>
    present.flatMap(([phase, title], order) =>
      phase in phases ? [{ way: way.title, phase: title, ms: phases[phase]!, order }] : [],
    ),
  );
  const svg = await drawChart({
    description: 'Milliseconds of a call by phase, a bar for each way to infer.',
    height: { step: 19 },
    data: { values },
    mark: { type: 'bar', height: 12 },
    encoding: {
      y: { field: 'way', type: 'nominal', sort: calls.map(({ way }) => way.title), axis: { title: null } },
      x: { field: 'ms', type: 'quantitative', axis: { title: 'milliseconds, median', tickCount: 5 } },
      color: {
        field: 'phase',
        type: 'nominal',
        scale: colorScale(keys),
      },
      order: { field: 'order', type: 'quantitative' },
    },
  });
  return {
    title: `Where the time goes: ${calls[0]!.shape}, one row`,
    keys,
    caption: 'What the client adds is the coloured ends; the middle is the network and the servers.',
    svg,
  };
};
