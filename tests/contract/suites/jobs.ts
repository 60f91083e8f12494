import { JobResponse } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import { describe, expect, it } from 'vitest';
import type { SchemeContract } from '../schemes/scheme.ts';
import { expectProblem, freshId, post, readCompleted } from '../support/messages.ts';
import type { Target } from '../support/target.ts';

const order = ['queued', 'running', 'completed', 'failed'];

export function describeJobs(target: Target, model: ModelInfo, scheme: SchemeContract): void {
  const binary = { headers: { accept: 'application/octet-stream' } };

  /** Send a request that would rather poll than wait; a server may still answer at once. */
  const submit = () => {
    const init = post(scheme.makeRequest(model, { layer: 0, batch: 1 }));
    const headers = { ...init.headers, prefer: 'respond-async' };
    return target.request('/v1/infer', { ...init, headers });
  };

  describe('jobs', () => {
    it('move forward only, and end in a result that stays', async () => {
      const answer = await submit();
      if (answer.status === 200) return;
      expect(answer.status).toBe(202);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      const location = answer.headers.get('location')!;
      const accepted = JobResponse.parse(await answer.json());
      expect(location).toBe(`/v1/jobs/${accepted.job_id}`);

      const seen = [order.indexOf(accepted.status)];
      await expect
        .poll(async () => {
          const { status, job_id } = JobResponse.parse(await (await target.request(location)).json());
          expect(job_id).toBe(accepted.job_id);
          seen.push(order.indexOf(status));
          return status;
        })
        .toBe('completed');
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      const [first, second] = [
        await target.request(location, binary),
        await target.request(location, binary),
      ];
      const [one, two] = [await readCompleted(first), await readCompleted(second)];
      expect(two.bytes.equals(one.bytes)).toBe(true);
    });

    it('that completed at once can be asked for too, in either form', async () => {
      const init = post(scheme.makeRequest(model, { layer: 0, batch: 1 }));
      const direct = await readCompleted(await target.request('/v1/infer', init));
      const path = `/v1/jobs/${direct.jobId}`;
      const asBinary = await readCompleted(await target.request(path, binary));
      const asJson = await readCompleted(await target.request(path));
      for (const { outputs, result } of [asBinary, asJson]) {
        expect(outputs.map(({ data }) => Buffer.from(data))).toEqual(
          direct.outputs.map(({ data }) => Buffer.from(data)),
        );
        expect(result.request_id).toBe(direct.result.request_id);
      }
    });

    it('that are not there, or are not ids, look alike', async () => {
      for (const id of [freshId(), 'x', '__proto__', '%00', 'a'.repeat(300)]) {
        await expectProblem(await target.request(`/v1/jobs/${id}`), 'UNKNOWN_JOB');
      }
    });

    it('have ids that cannot be guessed', async () => {
      const ids = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const init = post(scheme.makeRequest(model, { layer: 0, batch: 1 }));
        ids.add((await readCompleted(await target.request('/v1/infer', init))).jobId);
      }
      expect(ids.size).toBe(20);
      // 128 bits in base64url; no two share a beginning, as counters and clocks would
      expect(new Set([...ids].map((id) => id.slice(0, 6))).size).toBe(20);
      for (const id of ids) expect(id.length).toBeGreaterThanOrEqual(22);
    });
  });
}
