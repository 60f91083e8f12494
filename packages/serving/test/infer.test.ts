import { describe, expect, it } from 'vitest';
import { createApp } from '@sharemesh/serving';
import { TestEngine, testModel } from './support/test-engine.ts';
import { envelope, parseInferAnswer, parseProblem, payload, post, read } from './support/requests.ts';

const party = { operator: 'test', software: { name: 'test', version: '0' } };
const serving = createApp({ engines: [new TestEngine()], party });
const send = (init: RequestInit) => read(serving.app.request('/v1/infer', init));
const refusal = async (init: RequestInit) => parseProblem(await send(init)).code;

describe('POST /v1/infer', () => {
  it.each(['binary', 'json'] as const)('answers in the form asked in: %s', async (form) => {
    const request = envelope();
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
    const answer = await send(post(request, bytes, form));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(
      form === 'json' ? 'application/json' : 'application/octet-stream',
    );
    expect(answer.headers.has('inference-header-content-length')).toBe(form === 'binary');
    const { message, outputs } = parseInferAnswer(answer);
    expect(message).toMatchObject({
      api_version: 'v1',
      status: 'completed',
      result: {
        request_id: request['request_id'],
        model_digest: testModel().digest,
        layer: 0,
        batch_size: 1,
      },
    });
    expect(outputs[0]?.data).toEqual(bytes.subarray(0, 16).toReversed());
  });

  it('takes api_version v1 and refuses another', async () => {
    expect((await send(post(envelope({ api_version: 'v1' })))).status).toBe(200);
    expect(await refusal(post(envelope({ api_version: 'v2' })))).toBe('UNSUPPORTED_API_VERSION');
  });

  describe('refuses, in the order of validation', () => {
    it('a media type that does not fit the form', async () => {
      const binary = post(envelope());
      const json = post(envelope(), payload(), 'json');
      for (const type of ['text/plain', 'application/json', '']) {
        const headers = { ...binary.headers, 'content-type': type };
        expect(await refusal({ ...binary, headers })).toBe('UNSUPPORTED_MEDIA_TYPE');
      }
      const headers = { 'content-type': 'application/octet-stream' };
      expect(await refusal({ ...json, headers })).toBe('UNSUPPORTED_MEDIA_TYPE');
    });

    it('any content coding', async () => {
      const init = post(envelope());
      for (const coding of ['gzip', 'br', 'deflate', 'x']) {
        const headers = { ...init.headers, 'content-encoding': coding };
        expect(await refusal({ ...init, headers })).toBe('UNSUPPORTED_MEDIA_TYPE');
      }
    });

    it.each(['-1', '1e1', ' 5', '0x10', '99999', '5, 5', 'NaN', ''])(
      'a header length of "%s"',
      async (length) => {
        const init = post(envelope());
        const headers = { ...init.headers, 'inference-header-content-length': length };
        expect(await refusal({ ...init, headers })).toBe('MALFORMED_REQUEST');
      },
    );

    it.each([
      ['nothing', ''],
      ['half an object', '{"request_id":'],
      ['a duplicate name', '{"layer":0,"layer":0}'],
      ['a duplicate name in disguise', '{"layer":0,"l\\u0061yer":0}'],
      ['depth', `${'['.repeat(40)}${']'.repeat(40)}`],
      ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ])('JSON that is not well-formed: %s', async (_, body) => {
      const headers = { 'content-type': 'application/json' };
      expect(await refusal({ method: 'POST', headers, body })).toBe('MALFORMED_REQUEST');
    });

    it.each([
      ['a missing field', { layer: undefined }],
      ['an unknown field', { colour: 'blue' }],
      ['a wrong type', { layer: '0' }],
      ['a number that is no integer', { layer: 0.5 }],
      ['a batch of none', { batch_size: 0 }],
      ['no inputs', { inputs: [] }],
      ['more inputs than any model has', { inputs: Array.from({ length: 5_000 }, () => ({})) }],
      ['a short request_id', { request_id: 'short' }],
      ['no scheme', { sharing: undefined }],
      ['two schemes', { encryption: { scheme: 'ckks', tier: 'public-model' } }],
      ['an unknown encoding', { inputs: [{ encoding: 'utf8', byte_length: 32 }] }],
    ])('a schema that does not fit: %s', async (_, overrides) => {
      expect(await refusal(post(envelope(overrides)))).toBe('INVALID_REQUEST');
    });

    it('__proto__ and constructor, as any other unknown field', async () => {
      for (const name of ['__proto__', 'constructor', 'prototype']) {
        const text = JSON.stringify(envelope()).replace('{', `{"${name}":{"admin":true},`);
        const head = Buffer.from(text);
        const init = post(envelope());
        const headers = { ...init.headers, 'inference-header-content-length': String(head.length) };
        expect(await refusal({ ...init, headers, body: Buffer.concat([head, payload()]) })).toBe(
          'INVALID_REQUEST',
        );
      }
      expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    });

    it('payloads that are shorter or longer than declared, or in the other form', async () => {
      expect(await refusal(post(envelope(), new Uint8Array(31)))).toBe('INVALID_PAYLOAD');
      expect(await refusal(post(envelope(), new Uint8Array(33)))).toBe('INVALID_PAYLOAD');
      const inputs = [{ encoding: 'field61', payload: '' }];
      expect(await refusal(post(envelope({ inputs }), new Uint8Array()))).toBe('INVALID_PAYLOAD');
    });

    it.each(['AAA', 'AA==\n', 'AB==', 'AA=A', '!!!!'])('base64 that is not canonical: %s', async (text) => {
      const body = JSON.stringify({ ...envelope(), inputs: [{ encoding: 'field61', payload: text }] });
      const headers = { 'content-type': 'application/json' };
      expect(await refusal({ method: 'POST', headers, body })).toBe('INVALID_PAYLOAD');
    });

    it('a model, version, scheme, layer or batch it does not have', async () => {
      expect(await refusal(post(envelope({ model_id: 'other' })))).toBe('UNKNOWN_MODEL');
      expect(await refusal(post(envelope({ version: '2' })))).toBe('UNKNOWN_VERSION');
      const encryption = { scheme: 'ckks', tier: 'public-model' };
      expect(await refusal(post(envelope({ sharing: undefined, encryption })))).toBe('UNSUPPORTED_SCHEME');
      expect(await refusal(post(envelope({ layer: 1 })))).toBe('UNKNOWN_LAYER');
      expect(await refusal(post(envelope({ batch_size: 9 })))).toBe('BATCH_TOO_LARGE');
    });

    it('what its engine refuses', async () => {
      expect(await refusal(post(envelope({ batch_size: 2 })))).toBe('DIMENSION_MISMATCH');
    });
  });

  it('names its request in a problem once the envelope is known to be right', async () => {
    const request = envelope({ layer: 7 });
    const problem = parseProblem(await send(post(request)));
    expect(problem.request_id).toBe(request['request_id']);
  });

  it('never quotes the request', async () => {
    const canary = 'canary0123456789canary';
    const bodies = [
      post(envelope({ [canary]: 1 })),
      post(envelope({ model_id: canary })),
      post(envelope({ version: canary })),
      post(envelope({ request_id: `${canary}!` })),
      post(envelope({ inputs: [{ encoding: canary, byte_length: 32 }] })),
      post(envelope({ sharing: { scheme: canary } })),
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"${canary}` },
      { method: 'POST', headers: { 'content-type': canary }, body: canary },
    ];
    for (const init of bodies) {
      const answer = await send(init);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(new TextDecoder().decode(answer.body)).not.toContain(canary);
    }
  });
});

describe('a failing engine', () => {
  const failing = (cause: unknown) => {
    const engine = new TestEngine({ run: () => Promise.reject(cause) });
    return createApp({ engines: [engine], party }).app;
  };

  it('becomes INTERNAL without its message', async () => {
    const answer = await read(failing(new Error('secret detail')).request('/v1/infer', post(envelope())));
    expect(answer.status).toBe(500);
    expect(parseProblem(answer)).toMatchObject({ code: 'INTERNAL', retryable: true });
    expect(new TextDecoder().decode(answer.body)).not.toContain('secret');
  });

  it('leaves no trace when it is retried', async () => {
    let attempts = 0;
    const engine = new TestEngine({
      run: () =>
        ++attempts === 1 ? Promise.reject(new Error('once')) : [{ encoding: 'seed', data: payload() }],
    });
    const { app } = createApp({ engines: [engine], party });
    const init = post(envelope());
    expect((await app.request('/v1/infer', init)).status).toBe(500);
    expect((await app.request('/v1/infer', init)).status).toBe(200);
  });
});
