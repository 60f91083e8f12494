import { describe, expect, it } from 'vitest';
import { problem } from '@sharemesh/wire';
import type { TransportResponse } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { sample, testMesh } from './support/test-mesh.ts';
import { json, refuse } from './support/test-party.ts';
import type { TestParty } from './support/test-party.ts';

const x = sample(12, 5);
const jobId = 'j'.repeat(24);
const pending = (status: string, code = 200): TransportResponse =>
  json({ api_version: 'v1', status, job_id: jobId }, code);

/** A party that answers every request with a job, and polls of it in turn with what it is told to. */
function queued(party: TestParty, polls: (answer: TransportResponse) => TransportResponse[]) {
  let answers: TransportResponse[] = [];
  party.twist = (honest, { url }) => {
    if (url.pathname === '/v1/infer') {
      const headerLength = Number(honest.header('inference-header-content-length'));
      const text = new TextDecoder('latin1').decode(honest.body.subarray(0, headerLength));
      const renamed = new TextEncoder().encode(text.replace(/job-0+/, jobId));
      const body = new Uint8Array([...renamed, ...honest.body.subarray(headerLength)]);
      const headers: Record<string, string> = {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(renamed.length),
      };
      answers = polls({ status: 200, header: (name) => headers[name], body });
      return { ...pending('queued', 202), header: (name) => pendingHeaders[name] };
    }
    return url.pathname === `/v1/jobs/${jobId}` ? answers.shift()! : honest;
  };
}

const pendingHeaders: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  'retry-after': '0',
  location: 'https://elsewhere.example/v1/jobs/stolen',
};

describe('a request that becomes a job', () => {
  it('is polled at the same party until it is done', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    const { output: expected } = await client.infer(x);
    queued(mesh.parties[0]!, (done) => [pending('queued'), pending('running'), refuse('OVERLOADED'), done]);
    const { output, report } = await client.infer(x);
    expect(output).toEqual(expected);
    expect(report.parties[0]!.requests).toBe(2 * 5);
    expect(mesh.parties[0]!.paths.filter((path) => path === `/v1/jobs/${jobId}`)).toHaveLength(8);
  });

  it('fails as the job fails, and is given up at the deadline', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect({ retries: 0 });
    const party = mesh.urls[0];
    const error = problem('INTERNAL');
    queued(mesh.parties[0]!, () => [json({ api_version: 'v1', status: 'failed', job_id: jobId, error })]);
    expect((await failure(client.infer(x), 'INTERNAL')).party).toBe(party);
    queued(mesh.parties[0]!, () => [refuse('UNKNOWN_JOB')]);
    expect((await failure(client.infer(x), 'UNKNOWN_JOB')).party).toBe(party);
    queued(mesh.parties[0]!, () => Array.from({ length: 1_000 }, () => pending('queued')));
    expect((await failure(client.infer(x, { deadlineMs: 100 }), 'DEADLINE_EXCEEDED')).party).toBe(party);
  });

  it('must stay the same job', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    queued(mesh.parties[0]!, () => [json({ api_version: 'v1', status: 'queued', job_id: 'k'.repeat(24) })]);
    await failure(client.infer(x), 'REPLY_MISMATCH');
    queued(mesh.parties[0]!, () => [pending('running', 202)]);
    await failure(client.infer(x), 'UNEXPECTED_STATUS');
    queued(mesh.parties[0]!, () => [pending('done')]);
    await failure(client.infer(x), 'INVALID_REPLY');
  });
});
