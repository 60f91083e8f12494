import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { leftBehind, sharemesh } from './processes.ts';

const ESCAPE = '\u001b[';

/** Up to five processes start, from the sources, while other tests run. */
vi.setConfig({ testTimeout: 180_000 });

describe('sharemesh demo', () => {
  test('ends by itself, with the right answer and nothing left behind', async () => {
    const demo = sharemesh(['demo']);
    expect(await demo.ended, demo.err()).toBe(0);
    const out = demo.out();
    expect(out).toContain('argmax matches: true');
    expect(out).toMatch(/largest difference: \d\.\de-\d+/);
    expect(out).toContain('200 argmax as in the clear');
    expect(out).toMatch(/server 1 +\d+ B +\d+ B/);
    expect(out).toMatch(/reconstruct +[\d.]+ ms/);
    expect(out).toMatch(/r = 1\.00/);
    expect(demo.err()).toBe('');
    expect(await leftBehind(demo)).toEqual([]);
    expect(out).not.toContain(ESCAPE);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('each of three servers draws a share of its own, in greys where the terminal has them', async () => {
    const demo = sharemesh(['demo', '--parties', '3', '--digit', '8'], { env: { FORCE_COLOR: '2' } });
    expect(await demo.ended, demo.err()).toBe(0);
    expect(demo.out()).toContain('a 8, 16×16 pixels');
    const lines = demo.out().split('\n');
    const drawings = [1, 2, 3].map((server) =>
      lines.filter((line) => line.includes(`server ${server} `) && line.includes(`${ESCAPE}38;5;`)),
    );
    for (const drawing of drawings) expect(drawing).toHaveLength(8);
    expect(new Set(drawings.map((drawing) => drawing.join('\n').replaceAll(/server \d/g, ''))).size).toBe(3);
    expect(lines.filter((line) => stripVTControlCharacters(line).length > 80)).toEqual([]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends all of it with exit code %i', async (signal, exitCode) => {
    const demo = sharemesh(['demo']);
    await demo.says(/server \d │ http/);
    demo.child.kill(signal);
    expect(await demo.ended).toBe(exitCode);
    expect(await leftBehind(demo)).toEqual([]);
  });
});
