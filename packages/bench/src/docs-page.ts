import { comparisonTable, comparisons } from './comparison.ts';
import { formatLimit, formatValue, verdictOf } from './figure.ts';
import { formatBytes, formatError, formatRate, formatTime } from './quantity.ts';
import type { BenchResult } from './result.ts';
import { VERDICT_WORDS, formatRows, formatRtt, formatSides, groupBy } from './wording.ts';

/** A result as the page `docs/benchmarks.md`. The same result always gives the same text. */
export function docsPage(result: BenchResult): string {
  const { machine, versions, command, date, quick, notes } = result;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return (
    [
      '# Benchmarks',
      [
        'What private inference costs beside the same models in the clear. All sides of a comparison ran in turn within one',
        'run, over the same transport, every server in a process of its own; figures are medians. The page is made from the',
        'JSON that the run writes:',
      ].join('\n'),
      ['```sh', `${command}`, 'npm run bench:docs -- FILE.json', '```'].join('\n'),
      [
        `Measured on ${date.slice(0, 10)}${quick ? ', a short run' : ''}: ${machine.cpu}, ${machine.cores} cores, ` +
          `${formatBytes(machine.memoryBytes)} of memory, ${machine.system}.`,
        `${list.join(', ')}.`,
        'ONNX Runtime computes in float32 on one thread, ml-matrix in float64; shares are exact integers modulo 2^61 − 1.',
      ].join('\n'),
      ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
      ...section('Against the targets', figureRows(result)),
      ...section('W·x on one thread', productRows(result)),
      ...comparisons(result).flatMap((comparison) =>
        section(`Ways to infer: ${comparison.shape}`, markRight(comparisonTable(comparison))),
      ),
      ...section('Whole calls over HTTP', callRows(result)),
      ...section('Calls per second', throughputRows(result)),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

type Row = readonly string[];

/** A heading and a table: the first row names the columns, text left and numbers right. */
function section(title: string, [head, ...body]: readonly Row[]): string[] {
  if (!head || body.length === 0) return [];
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  const rule = `|${head.map((name) => (name.endsWith(':') ? '---:' : '---')).join('|')}|`;
  const names = head.map((name) => name.replace(/:$/, ''));
  return [`## ${title}`, [line(names), rule, ...body.map(line)].join('\n')];
}

/** The columns between the texts of a comparison hold numbers. */
const markRight = ([head, ...body]: readonly Row[]): Row[] => [
  head!.map((name, k) => (k < 2 || k === head!.length - 1 ? name : `${name}:`)),
  ...body,
];

function figureRows({ figures }: BenchResult): Row[] {
  return [
    ['figure', 'measured:', 'target:', 'barrier:', '', 'both sides'],
    ...figures.map((figure) => [
      figure.title,
      `**${formatValue(figure.unit, figure.value)}**`,
      formatLimit(figure, figure.reach),
      figure.barrier === undefined ? '' : formatLimit(figure, figure.barrier),
      VERDICT_WORDS[verdictOf(figure)],
      formatSides(figure),
    ]),
  ];
}

function productRows({ products }: BenchResult): Row[] {
  const engines = [...new Set(products.map(({ engine }) => engine))];
  const groups = groupBy(products, ({ shape, batch }) => `${shape}, ${formatRows(batch)}`);
  return [
    ['', ...engines.map((engine) => `${engine}:`)],
    ...[...groups].map(([title, group]) => [
      title,
      ...engines.map((name) => {
        const found = group.find(({ engine }) => engine === name);
        return found ? formatTime(found.time.median) : '';
      }),
    ]),
  ];
}

function callRows({ calls }: BenchResult): Row[] {
  return [
    ['model', 'way', 'p50:', 'p10 – p90:', 'up:', 'down:', 'error:'],
    ...calls.map(({ shape, batch, rttMs, way, time, bytesUp, bytesDown, error }) => [
      `${shape}, ${formatRows(batch)}${rttMs === 0 ? '' : `, ${formatRtt(rttMs)}`}`,
      way.title,
      formatTime(time.median),
      `${formatTime(time.p10)} – ${formatTime(time.p90)}`,
      formatBytes(bytesUp),
      formatBytes(bytesDown),
      formatError(error),
    ]),
  ];
}

function throughputRows({ throughputs }: BenchResult): Row[] {
  return [
    ['model', 'way', 'in flight:', 'calls:', 'p10 – p90:'],
    ...throughputs.map(({ shape, way, inFlight, callsPerSecond: { median, p10, p90 } }) => [
      shape,
      way.title,
      String(inFlight),
      formatRate(median),
      `${formatRate(p10)} – ${formatRate(p90)}`,
    ]),
  ];
}
