import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HealthResponse, KeysResponse, ModelsResponse, PartyResponse } from '@sharemesh/wire';
import { createApp } from '@sharemesh/serving';
import { TestEngine, testModel } from './support/test-engine.ts';
import { envelope, parseProblem, post } from './support/requests.ts';
import { createTestApp, jsonOf, party } from './support/serving.ts';

const { ask } = createTestApp();

describe('the routes that only read', () => {
  it('say that the server lives, who runs it and what it serves', async () => {
    expect(HealthResponse.parse(jsonOf(await ask('/v1/health'))).status).toBe('ok');
    const described = PartyResponse.parse(jsonOf(await ask('/v1/party')));
    expect(described.operator).toBe('test');
    expect(PartyResponse.parse(jsonOf(await ask('/v1/party'))).boot_nonce).toBe(described.boot_nonce);
    expect(ModelsResponse.parse(jsonOf(await ask('/v1/models'))).models).toEqual([testModel()]);
    expect(KeysResponse.parse(jsonOf(await ask('/v1/keys'))).required).toEqual([]);
  });

  it('answer HEAD without a body', async () => {
    for (const path of ['/v1/health', '/v1/party', '/v1/models', '/v1/keys']) {
      const answer = await ask(path, { method: 'HEAD' });
      expect(answer.status).toBe(200);
      expect(answer.body).toHaveLength(0);
    }
  });
});

describe('what is not a route', () => {
  it.each([
    ['/v1/health', 'POST', 'GET, HEAD'],
    ['/v1/models', 'DELETE', 'GET, HEAD'],
    ['/v1/infer', 'GET', 'POST'],
    ['/v1/infer', 'HEAD', 'POST'],
    ['/v1/infer', 'OPTIONS', 'POST'],
    ['/v1/jobs/abc', 'PUT', 'GET, HEAD'],
    ['/v1/keys/abc', 'GET', 'PUT'],
  ])('%s by %s is 405 and allows %s', async (path, method, allow) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    if (method !== 'HEAD') expect(parseProblem(answer).code).toBe('METHOD_NOT_ALLOWED');
  });

  it('is NOT_FOUND, another version, or too long an address', async () => {
    for (const path of [
      '/',
      '/v1',
      '/v1/',
      '/v1/infer/',
      '/v1/Infer',
      '/metrics',
      '/v1/jobs/',
      '/v1//infer',
    ]) {
      expect(parseProblem(await ask(path)).code).toBe('NOT_FOUND');
    }
    expect(parseProblem(await ask('/v2/infer')).code).toBe('UNSUPPORTED_API_VERSION');
    expect(parseProblem(await ask(`/${'a'.repeat(5_000)}`)).code).toBe('URI_TOO_LONG');
  });

  it('is refused alike with __proto__ in its path', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(parseProblem(await ask(`/v1/jobs/${name}`)).code).toBe('UNKNOWN_JOB');
      expect(parseProblem(await ask(`/v1/${name}`)).code).toBe('NOT_FOUND');
    }
  });
});

describe('keys', () => {
  const key = new Uint8Array(100).fill(7);
  const keyId = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const put = (body: Uint8Array<ArrayBuffer>) => ({
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body,
  });

  class KeyEngine extends TestEngine {
    readonly requiredKeys = [
      {
        scheme: 'ckks' as const,
        tier: 'circuit-private' as const,
        kind: 'public_key' as const,
        byte_length: 100,
      },
    ];
    readonly kept = new Map<string, string>();
    registerKey(id: string, _bytes: Uint8Array, owner: string): boolean {
      const fresh = !this.kept.has(id);
      this.kept.set(id, owner);
      return fresh;
    }
  }
  const engine = new KeyEngine();
  const { ask } = createTestApp({ engines: [engine] });

  it('are listed, registered once and known from then on', async () => {
    expect(KeysResponse.parse(jsonOf(await ask('/v1/keys'))).required).toEqual(engine.requiredKeys);
    const first = await ask(`/v1/keys/${keyId}`, put(key));
    expect(first.status).toBe(201);
    expect(jsonOf(first)).toEqual({ api_version: 'v1', key_id: keyId, byte_length: 100 });
    expect((await ask(`/v1/keys/${keyId}`, put(key))).status).toBe(200);
    expect([...engine.kept]).toEqual([[keyId, 'anonymous']]);
  });

  it('are refused under a wrong id, in a wrong type or length', async () => {
    const code = async (path: string, init: RequestInit) => parseProblem(await ask(path, init)).code;
    expect(await code(`/v1/keys/sha256:${'0'.repeat(64)}`, put(key))).toBe('INVALID_PAYLOAD');
    expect(await code('/v1/keys/mine', put(key))).toBe('INVALID_REQUEST');
    expect(await code(`/v1/keys/${keyId}`, put(new Uint8Array(101)))).toBe('PAYLOAD_TOO_LARGE');
    const json = { ...put(key), headers: { 'content-type': 'application/json' } };
    expect(await code(`/v1/keys/${keyId}`, json)).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  it('are not taken where no engine uses any', async () => {
    const answer = await createTestApp().ask(`/v1/keys/${keyId}`, put(key));
    expect(parseProblem(answer).code).toBe('PARAMETER_MISMATCH');
  });
});

describe('several engines', () => {
  it('serve their models side by side, told apart by id, version and scheme', async () => {
    const other = testModel({ scheme: 'ckks' });
    const { ask } = createTestApp({ engines: [new TestEngine(), new TestEngine({ models: [other] })] });
    expect(ModelsResponse.parse(jsonOf(await ask('/v1/models'))).models).toHaveLength(2);
    const encryption = { scheme: 'ckks', tier: 'public-model' };
    expect((await ask('/v1/infer', post(envelope({ sharing: undefined, encryption })))).status).toBe(200);
    expect((await ask('/v1/infer', post(envelope()))).status).toBe(200);
  });

  it('do not serve two models of one name', () => {
    expect(() => createApp({ engines: [new TestEngine(), new TestEngine()], party })).toThrow(/there twice/);
  });

  it('are closed with the app', async () => {
    const engine = new TestEngine();
    await createApp({ engines: [engine], party }).close();
    expect(engine.closed).toBe(true);
  });
});
