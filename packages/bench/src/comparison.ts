import { formatBytes, formatError, formatTime } from './quantity.ts';
import type { BenchResult, CallMeasurement, Way } from './result.ts';
import { formatRtt, groupBy } from './wording.ts';

/** Ways to infer that differ in who has to be trusted, side by side at one shape. */
export interface Comparison {
  /** Title of the shape. */
  readonly shape: string;
  /** Added round-trip times, in milliseconds, short to long. */
  readonly rtts: readonly number[];
  readonly rows: readonly ComparisonRow[];
}

export interface ComparisonRow {
  readonly way: Way;
  /** One for each of `rtts`. */
  readonly calls: readonly CallMeasurement[];
}

/** Shapes at which plaintext, shares and ciphertexts were all measured, one row; each way that was at every distance. */
export function comparisons({ calls }: Pick<BenchResult, 'calls'>): Comparison[] {
  const shapes = groupBy(
    calls.filter(({ batch }) => batch === 1),
    ({ shape }) => shape,
  );
  return [...shapes].flatMap(([shape, measured]) => {
    const ways = groupBy(measured, ({ way }) => way.id);
    const ckks = measured.filter(({ way }) => way.family === 'ckks');
    const rtts = [...new Set(ckks.map(({ rttMs }) => rttMs))].toSorted((a, b) => a - b);
    const rows = [...ways.values()].flatMap((group) => {
      const found = rtts.flatMap((rtt) => group.findLast(({ rttMs }) => rttMs === rtt) ?? []);
      return found.length === rtts.length && rtts.length > 0 ? [{ way: group[0]!.way, calls: found }] : [];
    });
    const families = new Set(rows.map(({ way }) => way.family));
    return ['plain', 'shares', 'ckks'].every((family) => families.has(family)) ? [{ shape, rtts, rows }] : [];
  });
}

/** A comparison as cells; the first row names the columns. Texts are the first two and the last. */
export function comparisonTable({ rtts, rows }: Comparison): string[][] {
  return [
    ['way', 'trusted with the input', ...rtts.map(formatRtt), 'up', 'down', 'error', 'by phase, loopback'],
    ...rows.map(({ way, calls }) => {
      const [first] = calls as [CallMeasurement];
      return [
        way.title,
        way.trust ?? 'the server',
        ...calls.map(({ time }) => formatTime(time.median)),
        formatBytes(first.bytesUp),
        formatBytes(first.bytesDown),
        formatError(first.error),
        phasesOf(first),
      ];
    }),
  ];
}

/** `encrypt 0.5 ms · send 7.7 ms`, without what takes next to nothing. */
function phasesOf({ phases, time }: CallMeasurement): string {
  return Object.entries(phases)
    .filter(([, ms]) => ms >= 0.01 * time.median)
    .map(([phase, ms]) => `${phase} ${formatTime(ms)}`)
    .join(' · ');
}
