import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp, createMetrics } from '@sharemesh/serving';
import { isLoopback, serve, serveMetrics } from '@sharemesh/serving/node';
import type { RunningServer } from '@sharemesh/serving/node';
import { Problem } from '@sharemesh/wire';
import { TestEngine, deferred, reversed, testModel } from './support/test-engine.ts';
import { rawRequest } from './support/raw-socket.ts';
import type { RawAnswer } from './support/raw-socket.ts';
import { envelope, parseInferAnswer, parseProblem, post, read } from './support/requests.ts';
import { party } from './support/serving.ts';

const newApp = (options = {}) => createApp({ engines: [new TestEngine()], party, ...options });

/** The problem in a raw answer. */
const problemOf = ({ text }: RawAnswer) =>
  Problem.parse(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)));

const head = (lines: string[], start = 'POST /v1/infer HTTP/1.1') =>
  `${[start, 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`;
const JSON_TYPE = 'Content-Type: application/json';

describe('hostile HTTP', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await serve(newApp({ limits: { bodyTimeoutMs: 400 } }), {
      connections: { headersTimeoutMs: 400 },
    });
  });
  afterAll(() => server.close());
  const send = (chunks: Iterable<string | Uint8Array>, options = {}) =>
    rawRequest(server.port, chunks, options);
  const stillAnswers = async () => expect((await fetch(`${server.url}/v1/health`)).status).toBe(200);

  it('a body over the limit, declared', async () => {
    const answer = await send([head([JSON_TYPE, 'Content-Length: 100000000']), '{']);
    expect(problemOf(answer).code).toBe('PAYLOAD_TOO_LARGE');
    await stillAnswers();
  });

  it('a body over the limit, in chunks without a length', async () => {
    const chunk = `8000\r\n${'a'.repeat(0x8000)}\r\n`;
    const chunks = [head([JSON_TYPE, 'Transfer-Encoding: chunked']), ...Array<string>(500).fill(chunk)];
    const answer = await send(chunks);
    expect(problemOf(answer).code).toBe('PAYLOAD_TOO_LARGE');
    await stillAnswers();
  });

  it('a body over the limit is not asked for with 100-continue', async () => {
    const lines = [JSON_TYPE, 'Content-Length: 100000000', 'Expect: 100-continue'];
    const answer = await send([head(lines)]);
    expect(answer.text).not.toContain('100 Continue');
    expect(problemOf(answer).code).toBe('PAYLOAD_TOO_LARGE');
    const small = await send([head([JSON_TYPE, 'Content-Length: 2', 'Expect: 100-continue']), '{}'], {
      patienceMs: 300,
    });
    expect(small.text).toContain('100 Continue');
  });

  it.each([
    ['headers', ['POST /v1/infer HTTP/1.1\r\nHost: x\r\n', ...Array<string>(50).fill('X-A: b\r\n')]],
    ['a declared body', [head([JSON_TYPE, 'Content-Length: 60000']), ...Array<string>(50).fill('a')]],
    [
      'a chunked body',
      [head([JSON_TYPE, 'Transfer-Encoding: chunked']), ...Array<string>(50).fill('1\r\na\r\n')],
    ],
  ])('%s that drip', async (_, chunks) => {
    const answer = await send(chunks, { gapMs: 60 });
    expect(answer.status).toBe(408);
    expect(problemOf(answer).code).toBe('REQUEST_TIMEOUT');
    await stillAnswers();
  });

  it('a body that stalls, and one that is cut off', async () => {
    const stalled = await send([head([JSON_TYPE, 'Content-Length: 100']), '{']);
    expect(problemOf(stalled).code).toBe('REQUEST_TIMEOUT');
    await send([head([JSON_TYPE, 'Content-Length: 100']), '{'], { patienceMs: 20 });
    await stillAnswers();
  });

  it.each([
    ['not HTTP', ['hello\r\n\r\n'], 400, 'MALFORMED_REQUEST'],
    ['HTTP/2', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], 400, 'MALFORMED_REQUEST'],
    ['two lengths', [head(['Content-Length: 6', 'Content-Length: 5']), 'aaaaaa'], 400, 'MALFORMED_REQUEST'],
    [
      'length and chunks',
      [head(['Content-Length: 6', 'Transfer-Encoding: chunked'])],
      400,
      'MALFORMED_REQUEST',
    ],
    ['a negative length', [head(['Content-Length: -5'])], 400, 'MALFORMED_REQUEST'],
    [
      'a chunk that is none',
      [head([JSON_TYPE, 'Transfer-Encoding: chunked']), 'zz\r\n'],
      400,
      'MALFORMED_REQUEST',
    ],
    ['a host that is none', ['GET /v1/health HTTP/1.1\r\nHost: a b@c/../\r\n\r\n'], 400, 'MALFORMED_REQUEST'],
    ['many headers', [head(Array.from({ length: 3_000 }, (_, i) => `X${i}: a`))], 431, 'HEADERS_TOO_LARGE'],
    ['a long address', [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`], 431, 'HEADERS_TOO_LARGE'],
    [
      'long chunk extensions',
      [head([JSON_TYPE, 'Transfer-Encoding: chunked']), `1;${'a'.repeat(50_000)}\r\na\r\n`],
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('%s', async (_, chunks, status, code) => {
    const answer = await send(chunks);
    expect(answer.status).toBe(status);
    expect(answer.text.toLowerCase()).toContain('content-type: application/problem+json');
    expect(problemOf(answer).code).toBe(code);
    await stillAnswers();
  });

  it('a body spread over twenty thousand chunks', async () => {
    const patient = await serve(newApp());
    const body = `${'1\r\n \r\n'.repeat(20_000)}0\r\n\r\n`;
    const answer = await rawRequest(patient.port, [head([JSON_TYPE, 'Transfer-Encoding: chunked']), body]);
    expect(problemOf(answer).code).toBe('MALFORMED_REQUEST');
    await patient.close();
  });

  it('more connections than are granted', async () => {
    const small = await serve(newApp(), { connections: { maxConnections: 3 } });
    const statuses = await Promise.all(
      Array.from({ length: 8 }, () => rawRequest(small.port, [], { patienceMs: 200 })),
    );
    expect(statuses).toHaveLength(8);
    const health = () => fetch(`${small.url}/v1/health`).then(({ status }) => status, String);
    await expect.poll(health).toBe(200);
    await small.close();
  });
});

describe('a listening server', () => {
  it('answers both forms, and a raw request split at every byte', async () => {
    const server = await serve(newApp());
    for (const form of ['binary', 'json'] as const) {
      const answer = await read(fetch(`${server.url}/v1/infer`, post(envelope(), undefined, form)));
      expect(parseInferAnswer(answer).message.status).toBe('completed');
    }
    const init = post(envelope());
    const headers = Object.entries(init.headers).map(([name, value]) => `${name}: ${value}`);
    const body = init.body as Buffer;
    const bytes = Buffer.concat([Buffer.from(head([...headers, `Content-Length: ${body.length}`])), body]);
    const answer = await rawRequest(
      server.port,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
    );
    expect(answer.status).toBe(200);
    await server.close();
  });

  it('finishes the work of a client that went away, and gives its retry the result', async () => {
    const gate = deferred();
    const engine = new TestEngine({
      inline: false,
      run: (inputs) => gate.promise.then(() => reversed(inputs)),
    });
    const server = await serve(newApp({ engines: [engine] }));
    const init = post(envelope());
    const gone = new AbortController();
    const first = fetch(`${server.url}/v1/infer`, { ...init, signal: gone.signal }).catch(() => 'gone');
    await expect.poll(() => engine.runs).toBe(1);
    gone.abort();
    expect(await first).toBe('gone');
    gate.resolve();
    expect((await fetch(`${server.url}/v1/infer`, init)).status).toBe(200);
    expect(engine.runs).toBe(1);
    await server.close();
  });

  it('refuses plain http beyond the machine unless told otherwise', async () => {
    await expect(serve(newApp(), { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'INSECURE_BIND' });
    const server = await serve(newApp(), { host: '0.0.0.0', insecure: true });
    await server.close();
    for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost']) expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example']) {
      expect(isLoopback(host)).toBe(false);
    }
  });

  it('says so when its address is taken', async () => {
    const server = await serve(newApp());
    await expect(serve(newApp(), { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
  });
});

describe('closing', () => {
  it('under load answers everything it took, refuses the rest, and then is gone', async () => {
    const engine = new TestEngine({
      inline: false,
      concurrency: 2,
      run: async (inputs) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return reversed(inputs);
      },
    });
    const server = await serve(newApp({ engines: [engine], limits: { maxQueued: 1_000 } }));
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const outcomes = { answered: 0, refused: 0, unreached: 0 };
    const clients = Array.from({ length: 16 }, async () => {
      for (;;) {
        const outcome = await inferOver(agent, server.port);
        outcomes[outcome]++;
        if (outcome !== 'answered') return;
      }
    });
    await expect.poll(() => outcomes.answered).toBeGreaterThan(20);
    await server.close();
    await Promise.all(clients);
    agent.destroy();
    expect(outcomes.answered).toBe(engine.runs);
    expect(engine.closed).toBe(true);
    await expect(fetch(`${server.url}/v1/health`)).rejects.toThrow();
  });

  it('is not held up by idle or stuck connections', async () => {
    const server = await serve(newApp());
    await fetch(`${server.url}/v1/health`);
    const stuck = rawRequest(server.port, [head([JSON_TYPE, 'Content-Length: 100']), '{'], {
      patienceMs: 4_000,
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await server.close(200);
    expect((await stuck).status).toBe(0);
  });

  it('gives up on work that outlasts the deadline', async () => {
    const engine = new TestEngine({ inline: false, run: () => new Promise(() => undefined) });
    const server = await serve(newApp({ engines: [engine] }));
    const unfinished = Array.from({ length: 3 }, () => fetch(`${server.url}/v1/infer`, post(envelope())));
    await expect.poll(() => engine.runs).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close(50);
    // the one that runs, and those that wait for their turn
    for (const answer of await Promise.all(unfinished)) {
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(Problem.parse(await answer.json())).toMatchObject({ code: 'SHUTTING_DOWN', retryable: true });
    }
  });
});

describe('the Host of a request', () => {
  const statusUnder = async (port: number, host: string) => {
    const { status } = await rawRequest(port, [`GET /v1/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`]);
    return status;
  };
  const token = { name: 'a', sha256: '0'.repeat(64), scopes: ['read'] as const };

  it('must be of this machine where a server without tokens listens on it alone', async () => {
    const server = await serve(newApp(), { allowedHosts: ['Party.Example'] });
    for (const host of [
      '127.0.0.1',
      `localhost:${server.port}`,
      '[::1]:80',
      'a.localhost',
      'party.example:443',
    ]) {
      expect(await statusUnder(server.port, host), host).toBe(200);
    }
    for (const host of [
      'attacker.example',
      `attacker.example:${server.port}`,
      '10.0.0.1',
      'localhost.attacker.example',
    ]) {
      expect(await statusUnder(server.port, host), host).toBe(403);
    }
    await server.close();
  });

  it('is free where tokens guard the server, unless names are given', async () => {
    const access = { tokens: [{ ...token, scopes: [...token.scopes] }] };
    const guarded = await serve(newApp({ access }));
    expect(await statusUnder(guarded.port, 'party.example')).toBe(200);
    const named = await serve(newApp({ access }), { allowedHosts: ['party.example'] });
    expect(await statusUnder(named.port, 'party.example')).toBe(200);
    expect(await statusUnder(named.port, 'attacker.example')).toBe(403);
    await Promise.all([guarded.close(), named.close()]);
  });
});

describe('a catalog', () => {
  it('refuses a model twice, and more models than a client takes, before it listens', () => {
    const model = (id: string) => testModel({ model_id: id });
    const twice = new TestEngine({ models: [model('a'), model('b'), model('a')] });
    expect(() => newApp({ engines: [twice] })).toThrow(/a@1 under shares is there twice/);
    const many = new TestEngine({ models: Array.from({ length: 1_025 }, (_, i) => model(`m${i}`)) });
    expect(() => newApp({ engines: [many] })).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  });
});

/** One inference over a keep-alive connection: answered, refused with a problem, or not reached at all. */
function inferOver(agent: Agent, port: number): Promise<'answered' | 'refused' | 'unreached'> {
  const { headers, body } = post(envelope());
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, agent, path: '/v1/infer', method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status === 200) return resolve('answered');
        const answer = {
          status,
          headers: new Headers({ 'content-type': response.headers['content-type']! }),
        };
        const { code } = parseProblem({ ...answer, body: Buffer.concat(chunks) });
        return code === 'SHUTTING_DOWN' ? resolve('refused') : reject(new Error(code));
      });
      response.on('error', reject);
    });
    request.on('error', () => resolve('unreached'));
    request.end(body);
  });
}

describe('the metrics port', () => {
  it('serves /metrics and nothing else', async () => {
    const server = await serveMetrics(await createMetrics());
    const answer = await fetch(server.url);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(await answer.text()).toContain('sharemesh_http_request_duration_seconds');
    expect((await fetch(server.url.replace('/metrics', '/other'))).status).toBe(404);
    await server.close();
  });
});
