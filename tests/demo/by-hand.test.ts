import { fileURLToPath } from 'node:url';
import { startParties } from 'sharemesh';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { leftBehind, script, sharemesh } from './processes.ts';
import type { Running } from './processes.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let servers: Running[];
let urls: string[];

beforeAll(async () => {
  servers = ['one', 'two'].map((name) => sharemesh(['demo', 'server', '--name', name]));
  urls = await Promise.all(servers.map(async (server) => (await server.says(/http:\/\/[\d.:]+/))[0]));
});

afterAll(async () => {
  for (const server of servers) server.child.kill('SIGINT');
  await Promise.all(servers.map(({ ended }) => ended));
  for (const server of servers) expect(await leftBehind(server)).toEqual([]);
});

test('the client of the demo finds servers that were started by hand', async () => {
  const client = sharemesh(['demo', 'client', ...urls.flatMap((url) => ['--party', url])]);
  expect(await client.ended, client.err()).toBe(0);
  expect(client.out()).toContain('argmax matches: true');
  for (const server of servers) expect(server.out()).toContain('I received one share');
});

test('the node app embeds the client', async () => {
  const app = script('examples/node-app/src/app.ts', { env: { PARTIES: urls.join(',') } });
  expect(await app.ended, app.err()).toBe(0);
  expect(app.out()).toMatch(/it is a (\d) \(drawn as a \1\), and no server saw it/);
});

test('the node app says what went wrong when there is no server', async () => {
  const app = script('examples/node-app/src/app.ts', {
    env: { PARTIES: 'http://127.0.0.1:9,http://localhost:9' },
  });
  expect(await app.ended).toBe(1);
  expect(app.err()).toMatch(/^CONNECTION_FAILED: .*try again later/);
});

test('three terminals: the files, two servers, and the client', async () => {
  const files = script('examples/multi-terminal/src/prepare-files.ts');
  expect(await files.ended, files.err()).toBe(0);
  const path = (name: string) =>
    fileURLToPath(new URL(`../../examples/multi-terminal/${name}`, import.meta.url));
  const parties = await startParties({ parties: 2, models: [path('model')] });
  try {
    const party = parties.urls.flatMap((url) => ['--party', url]);
    const words = ['--allow-colocated', '--model', 'digits', '--input', path('digit.json'), '--json'];
    const client = sharemesh(['infer', ...party, ...words]);
    expect(await client.ended, client.err()).toBe(0);
    const [logits] = JSON.parse(client.out()).outputs as [number[]];
    expect(logits.indexOf(Math.max(...logits))).toBe(3);
  } finally {
    await parties.stop();
  }
});
