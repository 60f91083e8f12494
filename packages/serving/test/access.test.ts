import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccessOptions, Scope } from '@sharemesh/serving';
import { envelope, parseInferAnswer, parseProblem, post } from './support/requests.ts';
import { createTestApp } from './support/serving.ts';

const token = (name: string, scopes: Scope[]) => ({
  name,
  sha256: createHash('sha256').update(`${name}-secret`).digest('hex'),
  scopes,
});
const as = (name: string, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${name}-secret` },
});
const withAccess = (access: AccessOptions) => createTestApp({ access });

describe('bearer tokens', () => {
  const { ask } = withAccess({
    tokens: [token('alice', ['read', 'infer']), token('bob', ['infer']), token('eve', ['read'])],
  });

  it('are needed everywhere but on health', async () => {
    expect((await ask('/v1/health')).status).toBe(200);
    for (const path of ['/v1/party', '/v1/models', '/v1/keys', '/v1/jobs/abcdefghijklmnopqrstuv']) {
      const answer = await ask(path);
      expect(parseProblem(answer).code).toBe('UNAUTHENTICATED');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(parseProblem(await ask('/v1/infer', post(envelope()))).code).toBe('UNAUTHENTICATED');
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer wrong',
    'Bearer alice-secret x',
    `Bearer ${'a'.repeat(9_999)}`,
  ])('that are not known are refused: %.20s', async (authorization) => {
    const answer = await ask('/v1/models', { headers: { authorization } });
    expect(parseProblem(answer).code).toBe('UNAUTHENTICATED');
  });

  it('allow what their scopes say', async () => {
    expect((await ask('/v1/models', as('alice'))).status).toBe(200);
    expect((await ask('/v1/infer', as('alice', post(envelope())))).status).toBe(200);
    const answer = await ask('/v1/infer', as('eve', post(envelope())));
    expect(parseProblem(answer).code).toBe('FORBIDDEN');
    expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
    expect(parseProblem(await ask('/v1/models', as('bob'))).code).toBe('FORBIDDEN');
  });

  it('keep the jobs and request ids of their holders apart', async () => {
    const request = post(envelope());
    const mine = await ask('/v1/infer', as('alice', request));
    const path = `/v1/jobs/${parseInferAnswer(mine).message.job_id}`;
    expect((await ask(path, as('alice'))).status).toBe(200);
    expect(parseProblem(await ask(path, as('bob'))).code).toBe('UNKNOWN_JOB');
    const theirs = await ask('/v1/infer', as('bob', request));
    expect(theirs.status).toBe(200);
    expect(parseInferAnswer(theirs).message.job_id).not.toBe(parseInferAnswer(mine).message.job_id);
  });

  it('are checked when the server starts', () => {
    expect(() => withAccess({ tokens: [{ ...token('a', []), sha256: 'short' }] })).toThrow(/64 hex/);
    expect(() => withAccess({ tokens: [token('a', []), token('a', [])] })).toThrow(/same name/);
  });
});

describe('quotas', () => {
  it('count requests, say what is left and refill', async () => {
    const { ask } = withAccess({ quota: { windowSeconds: 0.5, requests: 2 } });
    const first = await ask('/v1/models');
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=2;w=0.5');
    expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=1;t=\d+$/);
    await ask('/v1/models');
    const refused = await ask('/v1/models');
    expect(parseProblem(refused)).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('/v1/health')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await ask('/v1/models')).status).toBe(200);
  });

  it('count the bytes of bodies, and those of refused ones too', async () => {
    const { ask } = withAccess({ quota: { windowSeconds: 3_600, bytes: 600 } });
    expect((await ask('/v1/infer', post(envelope()))).headers.get('ratelimit')).toContain('"bytes";r=');
    expect((await ask('/v1/infer', post(envelope({ layer: 9 })))).status).toBe(404);
    const declared = post(envelope());
    const headers = { ...declared.headers, 'content-length': String((declared.body as Buffer).length) };
    const refused = await ask('/v1/infer', { ...declared, headers });
    expect(parseProblem(refused).code).toBe('RATE_LIMITED');
    await ask('/v1/infer', post(envelope()));
    expect((await ask('/v1/models')).status).toBe(429);
  });

  it('are held per client', async () => {
    const tokens = [token('alice', ['read']), token('bob', ['read'])];
    const { ask } = withAccess({ tokens, quota: { windowSeconds: 3_600, requests: 1 } });
    expect((await ask('/v1/models', as('alice'))).status).toBe(200);
    expect((await ask('/v1/models', as('alice'))).status).toBe(429);
    expect((await ask('/v1/models', as('bob'))).status).toBe(200);
  });
});

describe('web pages', () => {
  const { ask } = withAccess({ corsOrigins: ['https://app.example'] });
  const preflight = (origin: string) =>
    ask('/v1/infer', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('of listed origins may call and read the answer', async () => {
    const answer = await preflight('https://app.example');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.get('access-control-allow-headers')).toContain('inference-header-content-length');
    const { headers } = await ask('/v1/models', { headers: { origin: 'https://app.example' } });
    expect(headers.get('access-control-expose-headers')?.toLowerCase()).toContain(
      'inference-header-content-length',
    );
  });

  it('of other origins may not', async () => {
    for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'null']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    const { ask } = createTestApp();
    const { headers } = await ask('/v1/models', { headers: { origin: 'https://app.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
