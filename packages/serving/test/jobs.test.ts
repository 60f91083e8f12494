import { describe, expect, it } from 'vitest';
import { JobResponse } from '@sharemesh/wire';
import { createApp } from '@sharemesh/serving';
import type { AppOptions } from '@sharemesh/serving';
import { TestEngine, deferred, reversed } from './support/test-engine.ts';
import type { TestEngineOptions } from './support/test-engine.ts';
import {
  envelope,
  freshId,
  parseInferAnswer,
  parseProblem,
  payload,
  post,
  read,
} from './support/requests.ts';

const party = { operator: 'test', software: { name: 'test', version: '0' } };

function setUp(engineOptions: TestEngineOptions = {}, options: Partial<AppOptions> = {}) {
  const engine = new TestEngine({ inline: false, ...engineOptions });
  const serving = createApp({ engines: [engine], party, ...options });
  const request = (path: string, init?: RequestInit) => read(serving.app.request(path, init));
  const infer = (init: RequestInit) => request('/v1/infer', init);
  const job = async (path: string) => JobResponse.parse(JSON.parse(text(await request(path))));
  return { engine, serving, request, infer, job };
}

const text = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);
const asynchronously = (init: ReturnType<typeof post>) => ({
  ...init,
  headers: { ...init.headers, prefer: 'respond-async' },
});

describe('a retry', () => {
  it('of a finished request gets the same bytes and runs nothing', async () => {
    for (const form of ['binary', 'json'] as const) {
      const { engine, infer } = setUp({ inline: true });
      const init = post(envelope(), payload(), form);
      const [first, second] = [await infer(init), await infer(init)];
      expect(second.body).toEqual(first.body);
      expect(engine.runs).toBe(1);
    }
  });

  it('of a long body too', async () => {
    const { engine, infer } = setUp();
    const long = envelope({ batch_size: 8, inputs: [{ encoding: 'field61', byte_length: 256 }] });
    const padded = post(long, new Uint8Array(256));
    const body = Buffer.from(JSON.stringify(long) + ' '.repeat(20_000));
    const init = {
      ...padded,
      headers: { ...padded.headers, 'inference-header-content-length': String(body.length) },
    };
    const whole = { ...init, body: Buffer.concat([body, new Uint8Array(256)]) };
    const other = { ...init, body: Buffer.concat([body, new Uint8Array(256).fill(1)]) };
    expect((await infer(whole)).status).toBe(200);
    expect((await infer(whole)).status).toBe(200);
    expect(parseProblem(await infer(other)).code).toBe('REQUEST_ID_REUSED');
    expect(engine.runs).toBe(1);
  });

  it('is told apart from others by bytes, long after the memory of its body was used again', async () => {
    const { engine, infer } = setUp({ inline: true });
    const requests = Array.from({ length: 60 }, (_, k) => ({ request: envelope(), bytes: payload(k) }));
    const answers = await Promise.all(requests.map(({ request, bytes }) => infer(post(request, bytes))));
    for (const [k, { request, bytes }] of requests.entries()) {
      expect((await infer(post(request, bytes))).body).toEqual(answers[k]?.body);
      expect(parseProblem(await infer(post(request, payload(k + 1)))).code).toBe('REQUEST_ID_REUSED');
    }
    expect(engine.runs).toBe(60);
  });

  it('and a look at the job find what was answered, in either form', async () => {
    const { infer, request } = setUp({ inline: true });
    const init = post(envelope(), payload(3));
    const answer = await infer(init);
    const { message, outputs } = parseInferAnswer(answer);
    await new Promise((resolve) => setImmediate(resolve));
    for (const accept of ['application/octet-stream', 'application/json']) {
      const found = await request(`/v1/jobs/${message.job_id}`, { headers: { accept } });
      expect(parseInferAnswer(found).message.job_id).toBe(message.job_id);
      expect(parseInferAnswer(found).outputs[0]?.data).toEqual(outputs[0]?.data);
    }
  });

  it('of a running request joins it', async () => {
    const gate = deferred();
    const { engine, infer } = setUp({ run: (inputs) => gate.promise.then(() => reversed(inputs)) });
    const init = post(envelope());
    const answers = [infer(init), infer(init), infer(init)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    gate.resolve();
    const [first, ...others] = await Promise.all(answers);
    for (const other of others) expect(other.body).toEqual(first?.body);
    expect(engine.runs).toBe(1);
  });

  it('with another body, or the same bytes split elsewhere, is refused', async () => {
    const { infer } = setUp({ inline: true });
    const request = envelope();
    await infer(post(request));
    expect(parseProblem(await infer(post(request, payload(2)))).code).toBe('REQUEST_ID_REUSED');
    expect(parseProblem(await infer(post({ ...request, layer: 0, version: '2' }))).code).toBe(
      'REQUEST_ID_REUSED',
    );
    expect((await infer(post(request))).status).toBe(200);
  });

  it('is known by the number of its party too: one server may play several parties of a sharing', async () => {
    const { engine, infer } = setUp({ inline: true });
    const [first, second] = [1, 2].map((party_id) => ({ scheme: 'additive', parties: 2, party_id }));
    const request = envelope({ sharing: first });
    const answer = await infer(post(request, payload(1)));
    const other = await infer(post({ ...request, sharing: second }, payload(2)));
    expect([answer.status, other.status]).toEqual([200, 200]);
    expect(other.body).not.toEqual(answer.body);
    expect((await infer(post(request, payload(1)))).body).toEqual(answer.body);
    expect(engine.runs).toBe(2);
    expect(parseProblem(await infer(post(request, payload(2)))).code).toBe('REQUEST_ID_REUSED');
  });

  it('of a refused request is looked at afresh', async () => {
    const { infer } = setUp({ inline: true });
    const request = envelope();
    expect((await infer(post({ ...request, layer: 9 }))).status).toBe(404);
    expect((await infer(post(request))).status).toBe(200);
  });

  it('after the request was forgotten runs again', async () => {
    const { engine, infer } = setUp({ inline: true }, { limits: { maxJobsPerOwner: 2 } });
    const init = post(envelope());
    await infer(init);
    for (let i = 0; i < 3; i++) await infer(post(envelope()));
    await infer(init);
    expect(engine.runs).toBe(5);
  });
});

describe('a job', () => {
  it('goes from queued to running to completed, and stays', async () => {
    const [first, second] = [deferred(), deferred()];
    const gates = [first, second];
    const { infer, job } = setUp({ run: (inputs) => gates.shift()!.promise.then(() => reversed(inputs)) });
    await infer(asynchronously(post(envelope())));
    const answer = await infer(asynchronously(post(envelope())));
    expect(answer.status).toBe(202);
    expect(answer.headers.get('retry-after')).toBe('1');
    const location = answer.headers.get('location')!;
    expect(location).toBe(`/v1/jobs/${parseInferAnswer(answer).message.job_id}`);

    expect((await job(location)).status).toBe('queued');
    first.resolve();
    await expect.poll(async () => (await job(location)).status).toBe('running');
    second.resolve();
    await expect.poll(async () => (await job(location)).status).toBe('completed');
    const done = await job(location);
    expect(await job(location)).toEqual(done);
  });

  it('is answered in the binary form when Accept names it', async () => {
    const { infer, request, job } = setUp();
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
    const location = (await infer(asynchronously(post(envelope(), bytes)))).headers.get('location')!;
    await expect.poll(async () => (await job(location)).status).toBe('completed');
    for (const accept of ['application/octet-stream', 'application/json']) {
      const answer = await request(location, { headers: { accept } });
      expect(answer.headers.get('content-type')).toBe(accept);
      expect(parseInferAnswer(answer).outputs[0]?.data).toEqual(bytes.subarray(0, 16).toReversed());
    }
  });

  it('that outlasts the wait is answered 202, then by its own route and by a retry', async () => {
    const gate = deferred();
    const run: TestEngineOptions['run'] = (inputs) => gate.promise.then(() => reversed(inputs));
    const { infer, job } = setUp({ run }, { limits: { waitMs: 10 } });
    const init = post(envelope());
    const answer = await infer(init);
    expect(answer.status).toBe(202);
    gate.resolve();
    const retried = await infer(init);
    expect(retried.status).toBe(200);
    expect(parseInferAnswer(retried).message.job_id).toBe(parseInferAnswer(answer).message.job_id);
    expect((await job(answer.headers.get('location')!)).status).toBe('completed');
  });

  it('that fails says so, and keeps saying so', async () => {
    const { infer, job } = setUp({ run: () => Promise.reject(new Error('secret')) });
    const location = (await infer(asynchronously(post(envelope())))).headers.get('location')!;
    await expect.poll(async () => (await job(location)).status).toBe('failed');
    const failed = await job(location);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'INTERNAL', status: 500 } });
    expect(JSON.stringify(failed)).not.toContain('secret');
    expect(await job(location)).toEqual(failed);
  });

  it('is given up after the run timeout', async () => {
    let aborted = false;
    const run: TestEngineOptions['run'] = (_, signal) =>
      new Promise(() => signal.addEventListener('abort', () => (aborted = true)));
    const { infer } = setUp({ run }, { limits: { runTimeoutMs: 20 } });
    expect(parseProblem(await infer(post(envelope()))).code).toBe('INTERNAL');
    expect(aborted).toBe(true);
  });

  it('that never was, or has expired, is unknown', async () => {
    const { infer, request } = setUp({ inline: true }, { limits: { jobTtlMs: 200 } });
    for (const id of [freshId(), 'short', '..%2f..', 'x'.repeat(500)]) {
      expect(parseProblem(await request(`/v1/jobs/${id}`)).code).toBe('UNKNOWN_JOB');
    }
    const answer = await infer(post(envelope()));
    const path = `/v1/jobs/${parseInferAnswer(answer).message.job_id}`;
    expect((await request(path)).status).toBe(200);
    await expect.poll(async () => (await request(path)).status).toBe(404);
  });

  it('has an id of 128 bits that never repeats', async () => {
    const { infer } = setUp({ inline: true });
    const ids = new Set<string>();
    for (let i = 0; i < 300; i++) ids.add(parseInferAnswer(await infer(post(envelope()))).message.job_id);
    expect(ids.size).toBe(300);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});

describe('the queue', () => {
  it('refuses what is too much with 503 and Retry-After, and loses nothing it took', async () => {
    const gate = deferred();
    const run: TestEngineOptions['run'] = (inputs) => gate.promise.then(() => reversed(inputs));
    const { infer, engine } = setUp({ run }, { limits: { maxQueued: 3 } });
    let settledEarly = 0;
    const answers = Array.from({ length: 10 }, async () => {
      const answer = await infer(post(envelope()));
      settledEarly++;
      return answer;
    });
    await expect.poll(() => settledEarly).toBe(6);
    gate.resolve();
    const settled = await Promise.all(answers);
    const statuses = settled.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    for (const refused of settled.filter(({ status }) => status !== 200)) {
      expect(parseProblem(refused)).toMatchObject({ code: 'OVERLOADED', retryable: true });
      expect(refused.headers.get('retry-after')).toBe('1');
    }
    expect(engine.runs).toBe(4);
  });

  it('runs as many at once as the engine can take', async () => {
    let [running, most] = [0, 0];
    const run: TestEngineOptions['run'] = async (inputs) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return reversed(inputs);
    };
    const { infer } = setUp({ run, concurrency: 3 });
    await Promise.all(Array.from({ length: 12 }, () => infer(post(envelope()))));
    expect(most).toBe(3);
  });

  it('bounds the bytes held at once', async () => {
    const gate = deferred();
    const run: TestEngineOptions['run'] = (inputs) => gate.promise.then(() => reversed(inputs));
    const { infer } = setUp({ run }, { limits: { maxInFlightBytes: 700 } });
    let settledEarly = 0;
    const answers = Array.from({ length: 5 }, async () => {
      const answer = await infer(post(envelope()));
      settledEarly++;
      return answer;
    });
    await expect.poll(() => settledEarly).toBe(3);
    gate.resolve();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect((await infer(post(envelope()))).status).toBe(200);
  });
});

describe('draining', () => {
  it('refuses new work, finishes what was taken and waits for it to be collected', async () => {
    const gate = deferred();
    const run: TestEngineOptions['run'] = (inputs) => gate.promise.then(() => reversed(inputs));
    const { serving, infer, request, job } = setUp({ run });
    const waiting = infer(post(envelope()));
    const promised = await infer(asynchronously(post(envelope())));
    await new Promise((resolve) => setTimeout(resolve, 10));
    let drained = false;
    const draining = serving.drain().then(() => (drained = true));

    expect(parseProblem(await infer(post(envelope()))).code).toBe('SHUTTING_DOWN');
    expect((await request('/v1/health')).status).toBe(200);
    gate.resolve();
    expect((await waiting).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(drained).toBe(false);
    await expect.poll(async () => (await job(promised.headers.get('location')!)).status).toBe('completed');
    await draining;
  });
});
