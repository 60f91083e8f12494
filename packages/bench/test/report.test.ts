import { describe, expect, test } from 'vitest';
import { renderReport } from '../src/report/render-report.ts';
import { sampleResult } from './sample-result.ts';

const html = await renderReport(sampleResult);

/** Elements that may stand without an end. */
const VOID = new Set(['meta', '!doctype']);

/** Names of the elements that are open at the end, and of ends that close nothing. */
function unbalanced(markup: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  // neither the stylesheet nor attributes hold a `<`; tags are what is left
  for (const [, end, name, selfClosing] of markup.matchAll(/<(\/?)([!a-zA-Z][\w:-]*)[^<>]*?(\/?)>/g)) {
    const element = name!.toLowerCase();
    if (selfClosing || VOID.has(element)) continue;
    if (!end) open.push(element);
    else if (open.at(-1) === element) open.pop();
    else wrong.push(element);
  }
  return [...open, ...wrong];
}

describe('the report', () => {
  test('is one whole HTML document', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(unbalanced(html)).toEqual([]);
  });

  test('asks no one for anything: no address, no script, and a policy that allows neither', () => {
    expect(html).not.toMatch(/https?:|\/\/[a-z]|<script|<link|<iframe|<img|@import|url\(/i);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('has every chart as an SVG that scales, with a description for those who do not see it', () => {
    const drawings = html.match(/<svg[^>]*>/g) ?? [];
    expect(drawings).toHaveLength(6);
    for (const drawing of drawings) {
      expect(drawing).toMatch(/viewBox="/);
      expect(drawing).not.toMatch(/ width=/);
    }
    expect(html.match(/aria-label="[^"]{20,}/g)?.length).toBeGreaterThanOrEqual(6);
  });

  test('colours come from the page, which has them for light and for dark', () => {
    const marks = html.match(/(?:fill|stroke)="([^"]*)"/g) ?? [];
    expect(marks.some((mark) => mark.includes('var(--shares-1)'))).toBe(true);
    const fixed = marks.filter((mark) => !/var\(--|none|transparent|currentColor/.test(mark));
    expect(fixed).toEqual([]);
    const used = new Set([...html.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name!));
    for (const name of used) {
      const defined = html.match(new RegExp(`${name}: `, 'g'))?.length ?? 0;
      expect({ name, defined }).toEqual({ name, defined: 2 });
    }
  });

  test('says what was measured where, and how to repeat it', () => {
    expect(html).toContain('A &amp; B &lt;Processor&gt;, 2 cores');
    expect(html).toContain('node 20.20.2');
    expect(html).toContain('Measured on 2026-05-01');
    expect(html).toContain('npx sharemesh bench --quick --filter &quot;&lt;1024&gt;&quot;');
    expect(html).toContain('A note with &lt;markup&gt; &amp; more.');
  });

  test('holds every figure against its target', () => {
    expect(html.match(/class="row"/g)).toHaveLength(3);
    expect(html).toMatch(/<b>1\.50×<\/b><i>≤ 2×<\/i><span role="img" aria-label="reached"/);
    expect(html).toMatch(/<b>31 ms<\/b><i>≤ 25 ms<\/i><span role="img" aria-label="missed"/);
    expect(html).toMatch(/<b>26×<\/b><i>≥ 15×<\/i><span role="img" aria-label="beyond the barrier"/);
  });

  test('leaves out what was not measured', async () => {
    const empty = { ...sampleResult, figures: [], products: [], calls: [], throughputs: [] };
    const page = await renderReport(empty);
    expect(page).not.toContain('<figure>');
    expect(unbalanced(page)).toEqual([]);
  });
});
