import type { Way } from '../result.ts';

/** Variables of the stylesheet, by what they stand for. */
const families: Readonly<Record<string, readonly string[]>> = {
  plain: ['var(--plain-2)', 'var(--plain-1)'],
  shares: ['var(--shares-1)', 'var(--shares-2)', 'var(--shares-3)', 'var(--shares-4)'],
};

const others: readonly string[] = ['var(--other-1)', 'var(--other-2)', 'var(--other-3)'];

/** What stands for what in a chart. */
export interface Key {
  readonly title: string;
  /** A colour of CSS. */
  readonly color: string;
}

/** A colour scale of Vega-Lite from a key. */
export const colorScale = (keys: readonly Key[]): { domain: string[]; range: string[] } => ({
  domain: keys.map(({ title }) => title),
  range: keys.map(({ color }) => color),
});

/** A colour for each way, of its family's hue, in the order of their first appearance. */
export function wayKeys(ways: readonly Pick<Way, 'title' | 'family'>[]): Key[] {
  const seen = new Map<string, string>();
  const used = new Map<string, number>();
  for (const { title, family } of ways) {
    if (seen.has(title)) continue;
    const shades = families[family] ?? others;
    const next = used.get(family) ?? 0;
    used.set(family, next + 1);
    seen.set(title, shades[next % shades.length]!);
  }
  return [...seen].map(([title, color]) => ({ title, color }));
}
