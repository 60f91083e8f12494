import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createApp } from '@sharemesh/serving';
import type { AccessOptions, Limits } from '@sharemesh/serving';
import { serve } from '@sharemesh/serving/node';
import { WorkQueue } from '../src/jobs/work-queue.ts';
import { ByteBudget } from '../src/request/byte-budget.ts';
import { limitsOf } from '../src/limits.ts';
import { TestEngine, deferred, testModel } from './support/test-engine.ts';
import { envelope, parseProblem, post } from './support/requests.ts';
import { createTestApp, party } from './support/serving.ts';

const token = (name: string) => ({
  name,
  sha256: createHash('sha256').update(`${name}-secret`).digest('hex'),
  scopes: ['read', 'infer'] as const,
});
const access: AccessOptions = {
  tokens: ['mallory', 'bob', 'carol'].map(token).map((t) => ({ ...t, scopes: [...t.scopes] })),
};
const as = (name: string, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${name}-secret` },
});

describe('the queue', () => {
  it('gives owners turns, and each no more places than its own', async () => {
    const queue = new WorkQueue({ concurrency: 1, maxQueued: 10, maxQueuedPerOwner: 4 });
    const first = deferred();
    const order: string[] = [];
    queue.add('mallory', () => first.promise);
    const add = (owner: string, name: string) => queue.add(owner, async () => void order.push(name));
    for (const name of ['m1', 'm2', 'm3', 'm4']) add('mallory', name);
    expect(() => add('mallory', 'm5')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    for (const name of ['b1', 'b2']) add('bob', name);
    add('carol', 'c1');
    expect(queue.queued).toBe(7);
    first.resolve();
    await queue.idle();
    expect(order).toEqual(['m1', 'b1', 'c1', 'm2', 'b2', 'm3', 'm4']);
    expect([queue.queued, queue.running]).toEqual([0, 0]);
  });

  it('of a server with tokens leaves room for others when one client fills its share', async () => {
    const engine = new TestEngine({ inline: false, run: () => new Promise(() => undefined) });
    const { ask } = createTestApp({ engines: [engine], access, limits: { maxQueued: 8, waitMs: 1 } });
    const flood = await Promise.all(
      Array.from({ length: 20 }, () => ask('/v1/infer', as('mallory', post(envelope())))),
    );
    const refused = flood.filter(({ status }) => status === 503);
    // one runs, a quarter of eight wait
    expect(flood.length - refused.length).toBe(3);
    for (const answer of refused) expect(parseProblem(answer).code).toBe('OVERLOADED');
    expect((await ask('/v1/infer', as('bob', post(envelope())))).status).toBe(202);
    expect((await ask('/v1/infer', as('carol', post(envelope())))).status).toBe(202);
  });
});

describe('the bytes under way', () => {
  it('are bounded in all and for each owner', () => {
    const budget = new ByteBudget(100, 60);
    budget.take('mallory', 60);
    expect(() => budget.take('mallory', 1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    budget.take('bob', 40);
    expect(() => budget.take('carol', 1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    budget.give('mallory', 60);
    budget.take('carol', 60);
    budget.give('bob', 40);
    budget.give('carol', 60);
    expect(budget.used).toBe(0);
  });

  it('of unfinished bodies of one token leave room for another', async () => {
    const constraints = { max_batch_size: 8, max_body_bytes: 100_000 };
    const engine = new TestEngine({ models: [testModel({ constraints })] });
    const limits = { maxInFlightBytes: 400_000 };
    const server = await serve(createApp({ engines: [engine], party, access, limits }));
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
      socket.write(
        'POST /v1/infer HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer mallory-secret\r\n' +
          'Content-Type: application/json\r\nContent-Length: 99000\r\n\r\n',
      );
      socket.write(Buffer.alloc(90_000, 0x20));
      return socket;
    });
    // all but one are told that their owner holds as much as it may
    await Promise.all(sockets.slice(1).map((socket) => Promise.race([once(socket), pause(2_000)])));
    const answer = await fetch(`${server.url}/v1/infer`, as('bob', post(envelope())));
    expect(answer.status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await server.close(1_000);
  });

  it('are a quarter of the server for each token, and all of it without tokens', () => {
    const given: Partial<Limits> = { maxQueued: 10, maxInFlightBytes: 1_000, maxBodyBytes: 100 };
    expect(limitsOf(given, true)).toMatchObject({ maxQueuedPerOwner: 3, maxInFlightBytesPerOwner: 250 });
    expect(limitsOf(given, false)).toMatchObject({ maxQueuedPerOwner: 10, maxInFlightBytesPerOwner: 1_000 });
    expect(limitsOf({ ...given, maxBodyBytes: 900 }, true).maxInFlightBytesPerOwner).toBe(900);
    expect(limitsOf({ ...given, maxQueuedPerOwner: 7 }, true).maxQueuedPerOwner).toBe(7);
  });
});

describe('the quota of bytes', () => {
  it('is charged as bytes arrive, also for a body that is never finished', async () => {
    const { ask } = createTestApp({ access: { ...access, quota: { windowSeconds: 3_600, bytes: 10_000 } } });
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(20_000)),
      pull: (controller) => controller.error(new Error('reset')),
    });
    const init = {
      ...as('mallory', { headers: { 'content-type': 'application/json' } }),
      method: 'POST',
      body: broken,
      duplex: 'half',
    };
    expect(parseProblem(await ask('/v1/infer', init as RequestInit)).code).toBe('MALFORMED_REQUEST');
    expect(parseProblem(await ask('/v1/infer', as('mallory', post(envelope())))).code).toBe('RATE_LIMITED');
    expect((await ask('/v1/infer', as('bob', post(envelope())))).status).toBe(200);
  });
});

describe('an answer that is not read', () => {
  it('costs the client its connection, not the server its memory', async () => {
    const bytes = 24 * 2 ** 20;
    const large = () => [{ encoding: 'field61', data: new Uint8Array(bytes) } as const];
    const engine = new TestEngine({ run: large });
    const server = await serve(createApp({ engines: [engine], party, limits: { maxJobBytesPerOwner: 1 } }), {
      connections: { answerTimeoutMs: 200 },
    });
    const { headers, body } = post(envelope());
    const head = Object.entries({ ...headers, 'content-length': String((body as Uint8Array).length) })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    const silent = connect(server.port, '127.0.0.1').on('error', () => undefined);
    silent.pause();
    silent.write(`POST /v1/infer HTTP/1.1\r\nHost: localhost\r\n${head}\r\n`);
    silent.write(body as Uint8Array);
    await pause(1_500);
    // what a reader takes at any speed arrives whole
    const answer = await fetch(`${server.url}/v1/infer`, post(envelope()));
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(bytes);
    let received = 0;
    silent.on('data', (chunk) => (received += chunk.length)).resume();
    await new Promise((resolve) => silent.once('close', resolve));
    // what lay in the system's buffers, and no more
    expect(received).toBeLessThan(bytes);
    await server.close(1_000);
  });
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const once = (socket: ReturnType<typeof connect>) =>
  new Promise<void>((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve()).once('data', () => resolve());
  });
