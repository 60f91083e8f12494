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
