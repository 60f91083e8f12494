import { View, parse } from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';

/** Every chart is as wide as half the page; the page scales it. */
export const CHART_WIDTH = 330;

/** Colours are the page's own variables, so that a chart follows it into the dark. */
const config: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  font: 'inherit',
  padding: 0,
  view: { stroke: null },
  axis: {
    labelColor: 'var(--soft)',
    titleColor: 'var(--soft)',
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    gridColor: 'var(--line)',
    domain: false,
    ticks: false,
    labelPadding: 6,
  },
  axisY: { labelLimit: 190 },
  legend: {
    orient: 'top',
    title: null,
    labelColor: 'var(--ink)',
    labelFontSize: 11,
    symbolType: 'circle',
    symbolSize: 70,
    columnPadding: 12,
    offset: 8,
  },
  text: { color: 'var(--ink)', fontSize: 11 },
  header: { labelColor: 'var(--ink)', labelFontSize: 11, title: null },
};

/**
 * A chart as an SVG element to stand in a page: it scales with its place, takes colours and font from it, and refers to
 * nothing outside.
 */
export async function drawChart(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec, { config }).spec), { renderer: 'none' });
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
