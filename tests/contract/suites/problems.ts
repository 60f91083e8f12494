import { HEADER_LENGTH } from '@sharemesh/wire';
import type { ModelInfo, ProblemCode } from '@sharemesh/wire';
import { describe, expect, it } from 'vitest';
import type { SchemeContract } from '../schemes/scheme.ts';
import { expectProblem, post } from '../support/messages.ts';
import type { Target } from '../support/target.ts';

export function describeProblems(target: Target, model: ModelInfo, scheme: SchemeContract): void {
  const infer = (init: RequestInit) => target.request('/v1/infer', init);
  const good = () => scheme.makeRequest(model, { layer: 0, batch: 1 });
  const json = (body: string | Buffer<ArrayBuffer>): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  /** A good request with these fields of its envelope replaced. */
  const altered = (fields: Record<string, unknown>) => {
    const { envelope, inputs } = good();
    return post({ envelope: { ...envelope, ...fields }, inputs });
  };
  const withHeaders = (headers: Record<string, string>): RequestInit => {
    const init = post(good());
    return { ...init, headers: { ...init.headers, ...headers } };
  };

  describe('the envelope', () => {
    it.each<[string, () => RequestInit, ProblemCode]>([
      ['nothing at all', () => json(''), 'MALFORMED_REQUEST'],
      ['half an object', () => json('{"request_id"'), 'MALFORMED_REQUEST'],
      ['invalid UTF-8', () => json(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])), 'MALFORMED_REQUEST'],
      ['a byte order mark', () => json(`\ufeff{}`), 'MALFORMED_REQUEST'],
      ['a name that stands twice', () => json('{"layer":0,"layer":0}'), 'MALFORMED_REQUEST'],
      ['too much depth', () => json('['.repeat(99) + ']'.repeat(99)), 'MALFORMED_REQUEST'],
      [
        'a header length beyond the body',
        () => withHeaders({ [HEADER_LENGTH]: '999999' }),
        'MALFORMED_REQUEST',
      ],
      ['a header length that is none', () => withHeaders({ [HEADER_LENGTH]: '1e2' }), 'MALFORMED_REQUEST'],
      ['an array', () => json('[]'), 'INVALID_REQUEST'],
      ['an empty object', () => json('{}'), 'INVALID_REQUEST'],
      ['an unknown field', () => altered({ colour: 'blue' }), 'INVALID_REQUEST'],
      ['__proto__', () => json('{"__proto__":{"a":1}}'), 'INVALID_REQUEST'],
      ['a field of a wrong type', () => altered({ layer: '0' }), 'INVALID_REQUEST'],
      ['a request_id that is too short', () => altered({ request_id: 'abc' }), 'INVALID_REQUEST'],
      ['no scheme', () => altered({ sharing: undefined, encryption: undefined }), 'INVALID_REQUEST'],
      ['a batch of none', () => altered({ batch_size: 0 }), 'INVALID_REQUEST'],
      ['another version of the API', () => altered({ api_version: 'v2' }), 'UNSUPPORTED_API_VERSION'],
      ['another media type', () => withHeaders({ 'content-type': 'text/plain' }), 'UNSUPPORTED_MEDIA_TYPE'],
      ['a content coding', () => withHeaders({ 'content-encoding': 'gzip' }), 'UNSUPPORTED_MEDIA_TYPE'],
    ])('is refused for %s', async (_, init, code) => {
      await expectProblem(await infer(init()), code);
    });
  });

  describe('the payloads', () => {
    it('are refused when they are shorter or longer than declared', async () => {
      const init = post(good());
      await expectProblem(await infer({ ...init, body: init.body.subarray(0, -1) }), 'INVALID_PAYLOAD');
      const longer = Buffer.concat([init.body, Buffer.alloc(1)]);
      await expectProblem(await infer({ ...init, body: longer }), 'INVALID_PAYLOAD');
    });

    it.each(['A', 'AAA', 'AA==\n', 'AB==', '*AAA'])(
      'are refused in base64 that is not canonical: %j',
      async (payload) => {
        const { envelope, inputs } = good();
        const text = JSON.stringify({ ...envelope, inputs: [{ encoding: inputs[0]!.encoding, payload }] });
        await expectProblem(await infer(json(text)), 'INVALID_PAYLOAD');
      },
    );

    it('are refused beyond the size the model takes', async () => {
      const { envelope, inputs } = good();
      const data = new Uint8Array(model.constraints.max_body_bytes + 1);
      const request = { envelope, inputs: [{ encoding: inputs[0]!.encoding, data }] };
      await expectProblem(await infer(post(request)), 'PAYLOAD_TOO_LARGE');
    });

    it.each(scheme.wrongRequests(model))('are refused for $name', async ({ request, code }) => {
      await expectProblem(await infer(post(request)), code);
    });
  });

  describe('the model', () => {
    it('is refused when there is none such', async () => {
      await expectProblem(await infer(altered({ model_id: 'no-such-model' })), 'UNKNOWN_MODEL');
      await expectProblem(await infer(altered({ version: 'no-such-version' })), 'UNKNOWN_VERSION');
      await expectProblem(await infer(altered({ layer: model.inference.layers.length })), 'UNKNOWN_LAYER');
    });

    it('is refused for a batch beyond its limit', async (context) => {
      if (model.constraints.max_batch_size >= 4_096)
        context.skip('this model takes any batch the wire can name');
      const batch_size = model.constraints.max_batch_size + 1;
      await expectProblem(await infer(altered({ batch_size })), 'BATCH_TOO_LARGE');
    });
  });

  it('a problem names the request it answers, and quotes nothing else of it', async () => {
    const canary = 'canary5eedcafe';
    const request = good();
    const { request_id } = request.envelope;
    const unknown = await infer(post({ ...request, envelope: { ...request.envelope, model_id: canary } }));
    expect(await expectProblem(unknown, 'UNKNOWN_MODEL')).toMatchObject({ request_id });
    for (const init of [
      altered({ model_id: canary }),
      altered({ [canary]: canary }),
      altered({ version: canary, layer: canary }),
      json(`{"${canary}`),
      json(`{"${canary}":1}`),
      withHeaders({ 'content-type': `text/${canary}` }),
    ]) {
      const answer = await infer(init);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await answer.text()).not.toContain(canary);
    }
    expect(await (await target.request(`/v1/${canary}?${canary}`)).text()).not.toContain(canary);
  });
}
