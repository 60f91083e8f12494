/** Variables of the stylesheet, by what they stand for. */
const families: Readonly<Record<string, readonly string[]>> = {
  plain: ['var(--plain-1)', 'var(--plain-2)'],
  shares: ['var(--shares-1)', 'var(--shares-2)', 'var(--shares-3)', 'var(--shares-4)'],
};

const others: readonly string[] = ['var(--other-1)', 'var(--other-2)', 'var(--other-3)'];

/** A colour for each way, of its family's hue, in the order of their first appearance. */
export function wayColors(ways: readonly { readonly title: string; readonly family: string }[]): {
  domain: string[];
  range: string[];
} {
  const seen = new Map<string, string>();
  const used = new Map<string, number>();
  for (const { title, family } of ways) {
    if (seen.has(title)) continue;
    const shades = families[family] ?? others;
    const next = used.get(family) ?? 0;
    used.set(family, next + 1);
    seen.set(title, shades[next % shades.length]!);
  }
  return { domain: [...seen.keys()], range: [...seen.values()] };
}
