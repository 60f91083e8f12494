import { formatBytes, formatTime } from './quantity.ts';
import type { Figure, Verdict } from './figure.ts';

/** How tables, report and docs say the same things. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  beyond: 'beyond the barrier',
  reached: 'reached',
  missed: 'missed',
};

export const formatRows = (batch: number): string => (batch === 1 ? 'one row' : `${batch} rows`);

export const formatRtt = (ms: number): string => (ms === 0 ? 'loopback' : `RTT ${ms} ms`);

/** Both sides of a ratio: `Sharemesh 98 µs · ONNX Runtime 54 µs`. */
export function formatSides({ sides }: Figure): string {
  if (!sides) return '';
  const format = {
    ms: formatTime,
    B: formatBytes,
    MB: (value: number) => `${Math.round(value)} MB`,
    '%': (value: number) => `${value} %`,
    '': (value: number) => value.toExponential(1),
  }[sides.unit];
  return sides.values.map(({ title, value }) => `${title} ${format(value)}`).join(' · ');
}

/** Items by a key, in the order of their first appearance. */
export function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
