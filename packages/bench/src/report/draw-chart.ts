import { Error as ERRORS_ONLY, View, logger, parse } from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';
import { guessTextWidths } from './text-width.ts';

/** Width of every drawing in its own units, axes included; the page scales it. */
const WIDTH = 380;

/** Colours are the page's own variables, so that a chart follows it into the dark. */
const config: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  font: 'inherit',
  view: { stroke: null },
  axis: {
    labelColor: 'var(--soft)',
    titleColor: 'var(--soft)',
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: 'var(--line)',
    domain: false,
    ticks: false,
    labelPadding: 6,
    labelLimit: 0,
  },
  axisYDiscrete: { labelColor: 'var(--ink)' },
  legend: { disable: true },
};

/** A specification but for what all charts have in common. */
export type ChartSpec = UnitSpec | LayeredSpec;

type UnitSpec = Omit<Extract<TopLevelSpec, { mark: unknown }>, 'width'>;
type LayeredSpec = Omit<Extract<TopLevelSpec, { layer: unknown }>, 'width'>;

/**
 * A chart as an SVG element to stand in a page: it scales with its place, takes colours and font from it, and refers to
 * nothing outside.
 */
export async function drawChart(spec: ChartSpec): Promise<string> {
  guessTextWidths();
  const whole = {
    ...spec,
    width: WIDTH,
    padding: 0,
    autosize: { type: 'fit-x', contains: 'padding' },
  } as TopLevelSpec;
  const view = new View(parse(compile(whole, { config, logger: logger(ERRORS_ONLY) }).spec), {
    renderer: 'none',
  });
  try {
    return embed(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** In a page an SVG needs no namespaces, and no size but its proportions. */
function embed(svg: string): string {
  const [opening] = /^<svg[^>]*>/.exec(svg) ?? [''];
  const lean = opening
    .replaceAll(/ xmlns(:xlink)?="[^"]*"/g, '')
    .replaceAll(/ (width|height|version|class)="[^"]*"/g, '');
  return lean + svg.slice(opening.length);
}
