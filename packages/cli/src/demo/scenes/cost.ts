import type { InferenceReport } from '@sharemesh/client';
import { bytes, milliseconds } from '../../terminal/quantities.ts';
import { table } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { ManyDigits } from '../many-digits.ts';
import { heading } from './heading.ts';

/** Of inferences one after the other, of one digit each. */
export interface Cost extends ManyDigits {
  /** In the order of the servers' names. */
  readonly servers: readonly string[];
}

/** Columns that the longest phase takes. */
const BAR = 24;

export function costScene(terminal: Terminal, { reports, agreements, servers }: Cost): string[] {
  const { colors } = terminal;
  const first = reports[0]!;
  const traffic = servers.map((server, index) => {
    const { bytesUp, bytesDown } = first.parties.find(({ party }) => party === new URL(server).origin)!;
    return [servers.length === 1 ? 'server' : `server ${index + 1}`, bytes(bytesUp), bytes(bytesDown)];
  });
  const phases = Object.keys(first.phases) as (keyof InferenceReport['phases'])[];
  const medians = phases.map(
    (phase) => [phase, median(reports.map((report) => report.phases[phase] ?? 0))] as const,
  );
  const longest = Math.max(...medians.map(([, ms]) => ms));
  return [
    ...heading(terminal, 4, 'What it costs'),
    ...table([['', 'bytes up', 'bytes down'].map(colors.dim), ...traffic], 'lrr'),
    '',
    `${reports.length} more digits, one by one: ${agreements} argmax as in the clear`,
    colors.dim('milliseconds by phase, median of them:'),
    ...table(
      [
        ...medians.map(([phase, ms]) => [
          phase,
          milliseconds(ms),
          colors.cyan('━'.repeat(Math.round((BAR * ms) / longest))),
        ]),
        ['whole call', milliseconds(median(reports.map((report) => report.milliseconds))), ''],
      ],
      'lrl',
    ),
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
