import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { leftBehind, sharemesh } from './processes.ts';

const ESCAPE = '\u001b[';

/** Processes start from the sources, while other tests run. */
vi.setConfig({ testTimeout: 180_000 });

describe('sharemesh demo --backend ckks', () => {
  test('ends by itself, with the right answer and nothing left behind', async () => {
    const demo = sharemesh(['demo', '--backend', 'ckks']);
    expect(await demo.ended, demo.err()).toBe(0);
    const out = demo.out();
    expect(out).toContain('argmax matches: true');
    expect(out).toContain('I received one ciphertext');
    expect(out).toMatch(/largest difference: \d\.\de-[4-9]/);
    expect(out).toContain('200 argmax as in the clear');
    expect(out).toMatch(/server +\d+,\d+ B +\d+,\d+ B/);
    for (const phase of ['encrypt', 'send', 'decrypt', 'whole call']) {
      expect(out).toMatch(new RegExp(String.raw`${phase} +[\d.]+ ms`));
    }
    expect(out).toContain('Who must be trusted?');
    expect(demo.err()).toBe('');
    expect(await leftBehind(demo)).toEqual([]);
    expect(out).not.toContain(ESCAPE);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('by hand, in two terminals, drawn in greys where the terminal has them', async () => {
    const env = { FORCE_COLOR: '2' };
    const server = sharemesh(['demo', 'server', '--backend', 'ckks', '--name', 'bridge'], { env });
    const [url] = await server.says(/http:\/\/[\d.:]+/);
    const client = sharemesh(['demo', 'client', '--bridge', url, '--digit', '8']);
    expect(await client.ended, client.err()).toBe(0);
    expect(client.out()).toContain('a 8, 16×16 pixels');
    expect(client.out()).toContain('argmax matches: true');
    server.child.kill('SIGINT');
    await server.ended;
    const drawing = server
      .out()
      .split('\n')
      .filter((line) => line.includes(`${ESCAPE}38;5;`));
    expect(drawing).toHaveLength(8);
    expect(stripVTControlCharacters(drawing.join('\n'))).toContain('I received one ciphertext');
    expect(await leftBehind(server)).toEqual([]);
  });
});
