import { comparisonTable, comparisons } from '../comparison.ts';
import type { Comparison } from '../comparison.ts';
import { formatLimit, formatValue, verdictOf } from '../figure.ts';
import type { Figure } from '../figure.ts';
import { formatBytes, formatDuration } from '../quantity.ts';
import type { BenchResult } from '../result.ts';
import { VERDICT_WORDS, formatSides } from '../wording.ts';
import type { Chart } from './chart.ts';
import { charts } from './charts/index.ts';
import { escapeHtml } from './escape.ts';
import { headlines } from './headlines.ts';
import type { Key } from './palette.ts';
import { STYLE } from './style.ts';

/** A result as one HTML page: no script, no request to anywhere, fit for a screen, a phone and a sheet of A4. */
export async function renderReport(result: BenchResult): Promise<string> {
  const drawn: Chart[] = [];
  for (const draw of charts) {
    const chart = await draw(result);
    if (chart) drawn.push(chart);
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What privacy costs: Sharemesh ${escapeHtml(result.versions['sharemesh'] ?? '')}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>What privacy costs</h1>
<p class="lead">Private inference with Sharemesh: the input is split into shares that are noise on their own, and no server
sees it. Measured beside the same models in the clear, over the same transport, in turn within one run.</p>
</header>
${headlineCards(result)}
<div class="charts">
${drawn.map(chartFigure).join('\n')}
</div>
${comparisons(result).map(comparisonSection).join('\n')}
${figureList(result.figures)}
${about(result)}
</main>
</body>
</html>
`;
}

function headlineCards(result: BenchResult): string {
  const cards = headlines(result).map(
    ({ value, text }) =>
      `<div class="headline"><b>${escapeHtml(value)}</b><span>${escapeHtml(text)}</span></div>`,
  );
  return cards.length > 0 ? `<section class="headlines">\n${cards.join('\n')}\n</section>` : '';
}

const chartFigure = ({ title, caption, keys, svg }: Chart): string => `<figure>
<h2>${escapeHtml(title)}</h2>
<ul class="keys">${keys.map(keyItem).join('')}</ul>
${svg}
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`;

const keyItem = ({ title, color }: Key): string =>
  `<li><i style="background:${color}"></i>${escapeHtml(title)}</li>`;

function comparisonSection(comparison: Comparison): string {
  const [head, ...rows] = comparisonTable(comparison) as [string[], ...string[][]];
  const cells = (row: readonly string[], tag: 'th' | 'td') =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<section class="comparison">
<h2>Ways to infer: ${escapeHtml(comparison.shape)}</h2>
<div><table><thead>${cells(head, 'th')}</thead>
<tbody>${rows.map((row) => cells(row, 'td')).join('\n')}</tbody></table></div>
</section>`;
}

function figureList(figures: readonly Figure[]): string {
  if (figures.length === 0) return '';
  return `<section class="figures">
<h2>Against the targets</h2>
${figures.map(figureRow).join('\n')}
</section>`;
}

const MARKS = { beyond: '★', reached: '✓', missed: '✗' } as const;

function figureRow(figure: Figure): string {
  const verdict = verdictOf(figure);
  const sides = formatSides(figure);
  return `<div class="row"><span>${escapeHtml(figure.title)}${sides && `<small>${escapeHtml(sides)}</small>`}</span>\
<b>${formatValue(figure.unit, figure.value)}</b><i>${formatLimit(figure, figure.reach)}</i>\
<span role="img" aria-label="${VERDICT_WORDS[verdict]}" class="${verdict === 'missed' ? 'bad' : 'good'}">${MARKS[verdict]}</span></div>`;
}

function about({ machine, versions, date, command, seconds, quick, notes }: BenchResult): string {
  const { cpu, cores, memoryBytes, system, arch } = machine;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `${cpu}, ${cores} cores, ${formatBytes(memoryBytes)} of memory, ${system}, ${arch}. ${list.join(', ')}.`,
    `Medians. Measured on ${date.slice(0, 10)} in ${formatDuration(seconds)}${quick ? ', a short run' : ''}.`,
  ];
  const remarks = notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('');
  return `<footer>
<p>${lines.map(escapeHtml).join(' ')} ★ beyond the barrier, ✓ target reached, ✗ target missed. To repeat it:
<code>${escapeHtml(command)}</code></p>${remarks && `\n<ul>${remarks}</ul>`}
</footer>`;
}
