import {
  VERDICT_WORDS,
  comparisonTable,
  comparisons,
  formatBytes,
  formatError,
  formatLimit,
  formatRate,
  formatRatio,
  formatRows,
  formatRtt,
  formatSides,
  formatTime,
  formatValue,
  groupBy,
  verdictOf,
} from '@sharemesh/bench';
import type {
  BenchResult,
  CallMeasurement,
  Figure,
  ProductMeasurement,
  ThroughputMeasurement,
} from '@sharemesh/bench';
import { table } from '../terminal/table.ts';
import type { Colors } from '../terminal/terminal.ts';

/** All of a result, for people. */
export function formatResult(result: BenchResult, colors: Colors): string[] {
  const { machine, versions, notes } = result;
  const about = [
    `${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ${machine.system}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ];
  return [
    ...section('W·x, one thread, medians', products(result.products, colors), colors),
    ...comparisons(result).flatMap((comparison) => {
      const [head, ...rows] = comparisonTable(comparison) as [string[], ...string[][]];
      const align = `ll${'r'.repeat(head.length - 3)}l`;
      const lines = table([head.map(colors.dim), ...rows], align);
      return section(`Ways to infer: ${comparison.shape}`, lines, colors);
    }),
    ...section('Whole calls over HTTP, medians', calls(result.calls, colors), colors),
    ...section('Calls per second, one client', throughputs(result.throughputs, colors), colors),
    ...section('Against the targets', figures(result.figures, colors), colors),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `note: ${note}`)] : []),
    '',
    ...about.map(colors.dim),
  ];
}

function section(title: string, lines: readonly string[], { bold }: Colors): string[] {
  return lines.length > 0 ? ['', bold(title), '', ...lines] : [];
}

/** One line for each shape and batch, one column for each engine. */
function products(measured: readonly ProductMeasurement[], { dim }: Colors): string[] {
  const engines = [...new Set(measured.map(({ engine }) => engine))];
  const groups = groupBy(measured, ({ shape, batch }) => `${shape}, ${formatRows(batch)}`);
  const lines = [...groups].map(([title, group]) => [
    title,
    ...engines.map((name) => {
      const found = group.find(({ engine }) => engine === name);
      return found ? formatTime(found.time.median) : '–';
    }),
  ]);
  return lines.length > 0
    ? table([['', ...engines].map(dim), ...lines], `l${'r'.repeat(engines.length)}`)
    : [];
}

/** Every way under its shape, with its quotient to the same model in the clear. */
function calls(measured: readonly CallMeasurement[], { bold, dim }: Colors): string[] {
  if (measured.length === 0) return [];
  const lines = [['', 'p50', 'p10 – p90', 'to ONNX', 'to ml-matrix', 'up', 'down', 'error'].map(dim)];
  const groups = groupBy(
    measured,
    ({ shape, batch, rttMs }) => `${shape}, ${formatRows(batch)}, ${formatRtt(rttMs)}`,
  );
  for (const [title, group] of groups) {
    const medianOf = (id: string) => group.find(({ way }) => way.id === id)?.time.median;
    const others = [medianOf('plain-onnxruntime'), medianOf('plain-ml-matrix')];
    lines.push([bold(title)]);
    for (const { way, time, bytesUp, bytesDown, error } of group) {
      lines.push([
        `  ${way.title}`,
        formatTime(time.median),
        `${formatTime(time.p10)} – ${formatTime(time.p90)}`,
        ...others.map((other) => (other === undefined ? '–' : formatRatio(time.median / other))),
        formatBytes(bytesUp),
        formatBytes(bytesDown),
        formatError(error),
      ]);
    }
  }
  return table(lines, 'lrrrrrrr');
}

function throughputs(measured: readonly ThroughputMeasurement[], { dim }: Colors): string[] {
  if (measured.length === 0) return [];
  return table(
    [
      ['', '', 'median', 'p10 – p90'].map(dim),
      ...measured.map(({ shape, way, callsPerSecond: { median, p10, p90 } }) => [
        shape,
        way.title,
        formatRate(median),
        `${formatRate(p10)} – ${formatRate(p90)}`,
      ]),
    ],
    'llrr',
  );
}

function figures(measured: readonly Figure[], colors: Colors): string[] {
  if (measured.length === 0) return [];
  const lines = measured.map((figure) => {
    const verdict = verdictOf(figure);
    const paint = verdict === 'missed' ? colors.red : colors.green;
    return [
      figure.title,
      colors.bold(formatValue(figure.unit, figure.value)),
      formatLimit(figure, figure.reach),
      figure.barrier === undefined ? '' : formatLimit(figure, figure.barrier),
      paint(VERDICT_WORDS[verdict]),
      note(formatSides(figure), colors),
    ];
  });
  return table([head(['', 'here', 'reach', 'barrier', '', ''], colors), ...lines], 'lrrrll');
}

const head = (names: readonly string[], colors: Colors): string[] => names.map((name) => note(name, colors));

/** An empty cell stays empty: colours around nothing would keep the end of a line from being cut. */
const note = (text: string, { dim }: Colors): string => (text === '' ? '' : dim(text));
