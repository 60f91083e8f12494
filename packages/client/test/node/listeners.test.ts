import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectWith, fetchTransport } from '@sharemesh/client';
import type { Transport } from '@sharemesh/client';
import { undiciTransport } from '@sharemesh/client/node';
import { failure } from '../support/expect-error.ts';
import { plaintext, sample, testBundle, testMesh } from '../support/test-mesh.ts';
import { listenerOf } from '../support/listener-of.ts';
import { TestParty } from '../support/test-party.ts';

const CALLS = 200;
const x = sample(12, 3);

const warnings: Error[] = [];
const note = (warning: Error) => warnings.push(warning);
afterEach(() => {
  process.off('warning', note);
  warnings.length = 0;
});

/** Node tells of warnings a turn later. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('one signal for 200 calls at once', () => {
  it('gets one listener, which goes with the last call', async () => {
    process.on('warning', note);
    const mesh = testMesh(3);
    const controller = new AbortController();
    const { signal } = controller;
    const client = await mesh.connect({ signal });
    let most = 0;
    for (const party of mesh.parties) {
      party.twist = async (honest, request) => {
        await turn();
        most = Math.max(most, listenersOf(signal), listenersOf(request.signal));
        return honest;
      };
    }
    const results = await Promise.all(Array.from({ length: CALLS }, () => client.infer(x, { signal })));
    expect(results).toHaveLength(CALLS);
    for (const { output } of results) expect(output[0]).toBeCloseTo(plaintext(x)[0]!, 6);
    expect(most).toBe(1);
    expect(listenersOf(signal)).toBe(0);
    await turn();
    expect(warnings).toEqual([]);
  });

  it('ends all of them when it aborts, and none that do not have it', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    mesh.parties[1]!.twist = () => new Promise(() => undefined);
    const [ending, going] = [new AbortController(), new AbortController()];
    const ended = Array.from({ length: CALLS }, () =>
      failure(client.infer(x, { signal: ending.signal }), 'ABORTED'),
    );
    let settled = false;
    const other = client.infer(x, { signal: going.signal }).finally(() => (settled = true));
    await turn();
    ending.abort();
    await Promise.all(ended);
    await turn();
    expect([settled, listenersOf(ending.signal), listenersOf(going.signal)]).toEqual([false, 0, 1]);
    await Promise.all([failure(other, 'CLIENT_CLOSED'), client.close()]);
    expect(listenersOf(going.signal)).toBe(0);
    await failure(mesh.connect({ signal: ending.signal }), 'ABORTED');
  });

  const transports: Record<string, () => Transport> = { undici: undiciTransport, fetch: fetchTransport };
  it.each(Object.entries(transports))('brings no warning over real sockets by %s', async (_, open) => {
    process.on('warning', note);
    const bundle = testBundle();
    const servers = ['One', 'Two'].map((name) => createServer(listenerOf(new TestParty(bundle, name))));
    const parties = await Promise.all(
      servers.map(async (server) => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      }),
    );
    const { signal } = new AbortController();
    const client = await connectWith(open(), { parties, model: 'test', allowColocated: true, signal });
    try {
      await Promise.all(Array.from({ length: CALLS }, () => client.infer(x, { signal })));
      await turn();
      expect(warnings).toEqual([]);
      expect(listenersOf(signal)).toBe(0);
    } finally {
      await client.close();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  });
});
