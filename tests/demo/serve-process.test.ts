import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { leftBehind, sharemesh } from './processes.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharemesh-serve-'));
  bundle = join(folder, 'bundle');
  const layer = {
    inputSize: 2,
    outputSize: 1,
    weights: Float64Array.of(1, 2),
    bias: Float64Array.of(0),
    activation: { type: 'identity' },
  } as const;
  await saveBundle(bundle, createBundle({ modelId: 'm', version: '1', weightBits: 14, layers: [layer] }));
});
afterAll(() => rm(folder, { recursive: true }));

/** Does anybody listen there? */
const answers = (url: string) =>
  fetch(`${url}/v1/health`).then(
    ({ status }) => status === 200,
    () => false,
  );

async function takenPort() {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  return { port: (holder.address() as AddressInfo).port, release: () => holder.close() };
}

describe('a server as a process', () => {
  test('ends at SIGTERM, with code 0, and leaves nothing', async () => {
    const server = sharemesh(['serve', '-m', bundle, '-p', '0', '--log-level', 'silent']);
    const [, url] = await server.says(/ready (http:\S+)/);
    expect(await answers(url!)).toBe(true);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(await leftBehind(server)).toEqual([]);
    expect(await answers(url!)).toBe(false);
  });

  test('ends when the npx that started it is ended', async () => {
    const words = ['sharemesh', 'serve', '-m', bundle, '-p', '0', '--log-level', 'silent'];
    const npx = spawn('npx', words, { detached: true });
    let out = '';
    npx.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await expect.poll(() => out, { timeout: 60_000 }).toMatch(/ready http/);
    const [, url] = /ready (http:\S+)/.exec(out)!;
    npx.kill('SIGTERM');
    await expect.poll(() => answers(url!), { timeout: 30_000 }).toBe(false);
  });

  test.each(['port', 'metrics-port'])('whose %s is taken says so, and ends', async (taken) => {
    const { port, release } = await takenPort();
    const ports = { port: '0', 'metrics-port': '0', [taken]: String(port) };
    const words = Object.entries(ports).flatMap(([name, value]) => [`--${name}`, value]);
    const server = sharemesh(['serve', '-m', bundle, ...words, '--log-level', 'silent']);
    expect(await server.ended).not.toBe(0);
    expect(server.err()).toMatch(new RegExp(`EADDRINUSE: port ${port} is in use`));
    expect(server.out()).not.toMatch(/ready/);
    expect(await leftBehind(server)).toEqual([]);
    release();
  });

  test('refuses variables that are no settings, by name, and empty ones', async () => {
    for (const env of [{ SHAREMESH_TOKEN: 'tokens.json' }, { SHAREMESH_TOKENS: '' }]) {
      const server = sharemesh(['serve', '-m', bundle, '-p', '0'], { env });
      expect(await server.ended).not.toBe(0);
      expect(server.err()).toContain(Object.keys(env)[0]!);
      expect(server.err()).not.toContain('tokens.json');
    }
  });
});
