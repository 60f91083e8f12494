import type { MessageForm, ModelInfo } from '@sharemesh/wire';
import { describe, expect, it } from 'vitest';
import type { SchemeContract } from '../schemes/scheme.ts';
import { freshId, post, readCompleted } from '../support/messages.ts';
import type { Target } from '../support/target.ts';

const forms: readonly MessageForm[] = ['binary', 'json'];

export function describeInfer(target: Target, model: ModelInfo, scheme: SchemeContract): void {
  const infer = (init: RequestInit) => target.request('/v1/infer', init);

  describe('POST /v1/infer', () => {
    it.each(forms)('answers every layer in the form asked in: %s', async (form) => {
      for (const layer of model.inference.layers.keys()) {
        const request = scheme.makeRequest(model, { layer, batch: 1 });
        const { result } = await readCompleted(await infer(post(request, form)));
        expect(result).toMatchObject({
          request_id: request.envelope['request_id'],
          model_digest: model.digest,
          layer,
          batch_size: 1,
        });
      }
    });

    it('takes batches up to the limit of the model', async () => {
      const batch = Math.min(model.constraints.max_batch_size, 16);
      const { result } = await readCompleted(
        await infer(post(scheme.makeRequest(model, { layer: 0, batch }))),
      );
      expect(result.batch_size).toBe(batch);
    });

    it('takes api_version v1 in the request', async () => {
      const { envelope, inputs } = scheme.makeRequest(model, { layer: 0, batch: 1 });
      await readCompleted(await infer(post({ envelope: { ...envelope, api_version: 'v1' }, inputs })));
    });

    it('computes what the scheme says', async () => {
      await scheme.checkArithmetic(
        model,
        async (request) => (await readCompleted(await infer(post(request)))).outputs,
      );
    });

    it('answers many at once, each its own', async () => {
      const requests = Array.from({ length: 12 }, () => scheme.makeRequest(model, { layer: 0, batch: 1 }));
      const answers = await Promise.all(
        requests.map(async (request) => readCompleted(await infer(post(request)))),
      );
      expect(answers.map(({ result }) => result.request_id)).toEqual(
        requests.map(({ envelope }) => envelope['request_id']),
      );
      expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(requests.length);
    });
  });

  describe('a retry', () => {
    it.each(forms)('gets the same bytes: %s', async (form) => {
      const init = post(scheme.makeRequest(model, { layer: 0, batch: 1 }), form);
      const [first, second] = [
        await readCompleted(await infer(init)),
        await readCompleted(await infer(init)),
      ];
      expect(second.bytes.equals(first.bytes)).toBe(true);
    });

    it('sent together with the first gets the same result', async () => {
      const init = post(scheme.makeRequest(model, { layer: 0, batch: 1 }));
      const [first, second] = await Promise.all(
        [infer(init), infer(init)].map(async (one) => readCompleted(await one)),
      );
      expect(second!.bytes.equals(first!.bytes)).toBe(true);
    });

    it('gets its answer although the connection of the first broke', async () => {
      const init = post(scheme.makeRequest(model, { layer: 0, batch: 1 }));
      const broken = new AbortController();
      const first = infer({ ...init, signal: broken.signal }).catch(() => undefined);
      setTimeout(() => broken.abort(), 1);
      await first;
      await readCompleted(await infer(init));
    });

    it('with another body under the same id is refused, and the first answer stands', async () => {
      const request = scheme.makeRequest(model, { layer: 0, batch: 1 });
      const other = scheme.makeRequest(model, { layer: 0, batch: 1 });
      const envelope = { ...other.envelope, request_id: request.envelope['request_id'] };
      const first = await readCompleted(await infer(post(request)));
      const answer = await infer(post({ ...other, envelope }));
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ code: 'REQUEST_ID_REUSED', retryable: false });
      expect((await readCompleted(await infer(post(request)))).bytes.equals(first.bytes)).toBe(true);
    });

    it('of a request that was refused is looked at afresh', async () => {
      const request = scheme.makeRequest(model, { layer: 0, batch: 1 });
      const envelope = { ...request.envelope, model_id: `no-${freshId().toLowerCase().slice(0, 8)}` };
      expect((await infer(post({ ...request, envelope }))).status).toBe(404);
      await readCompleted(await infer(post(request)));
    });
  });
}
