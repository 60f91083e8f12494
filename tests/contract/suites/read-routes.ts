import { HealthResponse, KeysResponse, ModelsResponse, PartyResponse } from '@sharemesh/wire';
import { describe, expect, it } from 'vitest';
import { expectProblem, freshId } from '../support/messages.ts';
import type { Target } from '../support/target.ts';

const readRoutes = ['/v1/health', '/v1/party', '/v1/models', '/v1/keys'];

export function describeReadRoutes(target: Target): void {
  describe('the routes that read', () => {
    it('answer in the schemas of v1', async () => {
      const json = async (path: string) => (await target.request(path)).json();
      HealthResponse.parse(await json('/v1/health'));
      PartyResponse.parse(await json('/v1/party'));
      ModelsResponse.parse(await json('/v1/models'));
      KeysResponse.parse(await json('/v1/keys'));
    });

    it('say the same every time', async () => {
      for (const path of ['/v1/party', '/v1/models', '/v1/keys']) {
        const [first, second] = [await target.request(path), await target.request(path)];
        expect(await second.text()).toBe(await first.text());
      }
    });

    it('answer HEAD without a body', async () => {
      for (const path of readRoutes) {
        const answer = await target.request(path, { method: 'HEAD' });
        expect(answer.status).toBe(200);
        expect(await answer.text()).toBe('');
      }
    });

    it('answer health without a token', async () => {
      expect((await fetch(`${target.url}/v1/health`)).status).toBe(200);
    });
  });

  describe('what is not there', () => {
    it.each([
      ...readRoutes.flatMap((path) => ['POST', 'PUT', 'DELETE', 'PATCH'].map((method) => [method, path])),
      ...['GET', 'PUT', 'DELETE', 'PATCH'].map((method) => [method, '/v1/infer']),
      ...['POST', 'PUT', 'DELETE'].map((method) => [method, `/v1/jobs/${freshId()}`]),
      ...['GET', 'POST', 'DELETE'].map((method) => [method, `/v1/keys/sha256:${'0'.repeat(64)}`]),
    ])('%s %s is not allowed, and Allow says what is', async (method, path) => {
      const answer = await target.request(path!, { method: method! });
      const allow = answer.headers.get('allow') ?? '';
      await expectProblem(answer, 'METHOD_NOT_ALLOWED');
      expect(allow).not.toBe('');
      expect(allow.split(/, */)).not.toContain(method);
    });

    it('is NOT_FOUND', async () => {
      for (const path of ['/', '/v1/', '/v1/nothing', '/v1/infer/more', '/v1/models/x']) {
        await expectProblem(await target.request(path), 'NOT_FOUND');
      }
    });
  });
}
