import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLogger, createMetrics, describeError } from '@sharemesh/serving';
import { TestEngine } from './support/test-engine.ts';
import { envelope, post } from './support/requests.ts';
import { createTestApp } from './support/serving.ts';

/** A logger of this level, and what it wrote. */
function captureLog(level: string) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { logger: createLogger({ level, destination }), lines };
}

describe('the log', () => {
  it('has one line per request, with what happened and not with what was sent', async () => {
    const { logger, lines } = captureLog('info');
    const { ask } = createTestApp({ logger });
    const request = envelope();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const init = post(request);
    await ask('/v1/infer', { ...init, headers: { ...init.headers, traceparent } });
    await ask('/v1/jobs/abcdefghijklmnopqrstuv');
    const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({
      method: 'POST',
      route: '/v1/infer',
      status: 200,
      bytes: (init.body as Buffer).length,
      client: 'anonymous',
      request_id: request['request_id'],
      model: 'tiny@1',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(second).toMatchObject({ method: 'GET', route: '/v1/jobs/:job_id', status: 404 });
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('abcdefghijklmnopqrstuv');
  });

  it('never holds a payload, a token or a made-up name, at any level or in any spelling', async () => {
    const canary = randomBytes(24);
    const name = `canary${canary.toString('hex').slice(0, 20)}`;
    const bytes = new Uint8Array(32);
    bytes.set(canary);
    const token = canary.toString('base64url');
    const spellings = [
      canary.toString('latin1'),
      canary.toString('hex'),
      canary.toString('base64').slice(0, 30),
      token,
      canary.readBigUInt64LE(0).toString(),
      name,
    ];
    for (const level of ['trace', 'info', 'error']) {
      const { logger, lines } = captureLog(level);
      const metrics = await createMetrics();
      const failing = new TestEngine({
        run: () => Promise.reject(new Error(`broken by ${canary.toString('hex')}`)),
      });
      const access = {
        tokens: [
          {
            name: 'alice',
            sha256: createHash('sha256').update(token).digest('hex'),
            scopes: ['infer'] as const,
          },
        ],
      };
      for (const engine of [new TestEngine(), failing]) {
        const { ask } = createTestApp({
          engines: [engine],
          logger,
          access,
          ...(engine === failing && { metrics }),
        });
        const authorized = (init: ReturnType<typeof post>) => ({
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${token}`, 'x-custom': name, traceparent: name },
        });
        for (const form of ['binary', 'json'] as const) {
          await ask('/v1/infer', authorized(post(envelope(), bytes, form)));
          await ask('/v1/infer', authorized(post(envelope({ [name]: name }), bytes, form)));
          await ask('/v1/infer', authorized(post(envelope({ model_id: name }), bytes, form)));
          await ask('/v1/infer', authorized(post(envelope({ batch_size: 2 }), bytes, form)));
        }
        await ask(`/v1/${name}?token=${token}`, { headers: { authorization: `Bearer ${token}x` } });
        await ask(`/v1/jobs/${name}`, { method: name.toUpperCase() });
      }
      const written = `${lines.join('')}${await metrics.registry.metrics()}`;
      expect(written.length).toBeGreaterThan(100);
      for (const spelling of spellings) expect(written).not.toContain(spelling);
    }
  });

  it('redacts what a careless line would give away', () => {
    const { logger, lines } = captureLog('info');
    logger.info(
      { payload: 'x1', headers: { a: 'x1' }, request: { authorization: 'x1', token: 'x1' } },
      'oops',
    );
    expect(lines[0]).not.toContain('x1');
    expect(lines[0]).toContain('[redacted]');
  });

  it('describes errors by kind and place', () => {
    const described = describeError(new RangeError('value 42 of the share'));
    expect(described).toMatchObject({ kind: 'RangeError' });
    expect(JSON.stringify(described)).not.toContain('42 of the share');
    expect(described.at[0]).toMatch(/^at /);
    expect(describeError('text')).toEqual({ kind: 'string', at: [] });
  });
});

describe('the metrics', () => {
  it('count requests by route and status, whatever methods and paths clients invent', async () => {
    const metrics = await createMetrics();
    const { ask } = createTestApp({ metrics });
    await ask('/v1/infer', post(envelope()));
    await ask('/v1/infer', post(envelope({ layer: 9 })));
    for (let i = 0; i < 20; i++) await ask(`/made/up/${i}`, { method: `METHOD${i}` });
    const text = await metrics.registry.metrics();
    expect(text).toContain('_count{method="POST",route="/v1/infer",status="200"} 1');
    expect(text).toContain('_count{method="POST",route="/v1/infer",status="404"} 1');
    expect(text).toContain('_count{method="OTHER",route="none",status="404"} 20');
    expect(text).toContain('sharemesh_work_queued 0');
    expect(text).not.toContain('made');
  });
});
