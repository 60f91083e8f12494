import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DelayLine } from '../src/network/delay-line.ts';
import { delayProxy } from '../src/network/delay-proxy.ts';

describe('a delay line', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('hands nothing on before its time, and everything after it', () => {
    const arrived: string[] = [];
    const line = new DelayLine<string>(20, (item) => arrived.push(item));
    line.push('a');
    vi.advanceTimersByTime(15);
    line.push('b');
    vi.advanceTimersByTime(4);
    expect(arrived).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(arrived).toEqual(['a']);
    vi.advanceTimersByTime(20);
    expect(arrived).toEqual(['a', 'b']);
  });

  test('keeps the order', () => {
    const arrived: number[] = [];
    const line = new DelayLine<number>(5, (item) => arrived.push(item));
    for (let k = 0; k < 100; k++) line.push(k);
    vi.advanceTimersByTime(7);
    expect(arrived).toEqual(Array.from({ length: 100 }, (_, k) => k));
  });
});

describe('the proxy', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  test('passes every byte on in both directions, and the end of it', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket);
      socket.pipe(socket);
    });
    const port = await listen(delayProxy(await listen(echo), 4));
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(client);
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, k) => k % 251));
    const received: Buffer[] = [];
    client.on('data', (chunk: Buffer) => received.push(chunk));
    client.end(sent);
    await once(client, 'end');
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  test('a target that refuses the connection ends the near side too', async () => {
    const closed = createServer();
    const dead = await listen(closed);
    await new Promise((done) => closed.close(done));
    servers.length = 0;
    const port = await listen(delayProxy(dead, 2));
    const client = connect({ port, host: '127.0.0.1' });
    sockets.push(client);
    client.on('error', () => undefined);
    await once(client, 'close');
    expect(client.bytesRead).toBe(0);
  });
});
