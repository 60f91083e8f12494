import { API_VERSION, BINARY_MEDIA_TYPE, HEADER_LENGTH, JSON_MEDIA_TYPE } from '@sharemesh/wire';
import type { JobResponse, MessageForm } from '@sharemesh/wire';
import { problemResponse } from '../problem-response.ts';
import type { Job } from './job.ts';
import type { ResultMessage } from './result-message.ts';

/** Seconds after which asking for a job again makes sense. */
const ASK_AGAIN = '1';

/**
 * The answer that fits the job's state: the result, where to ask for it (`pendingStatus` 202 with `Location`, or 200 on
 * the job's own route), or the failure as a problem.
 */
export function jobResponse(job: Job, form: MessageForm, pendingStatus: 200 | 202): Response {
  const { state } = job;
  if (state.status === 'completed') return resultResponse(job.result(form));
  if (state.status === 'failed') return problemResponse(state.error, job.origin.request.request_id);
  return pendingResponse(job, state.status, pendingStatus);
}

function pendingResponse(job: Job, state: 'queued' | 'running', status: 200 | 202): Response {
  const body: JobResponse = { api_version: API_VERSION, status: state, job_id: job.id };
  const headers: Record<string, string> = { ...jsonHeaders, 'retry-after': ASK_AGAIN };
  if (status === 202) headers['location'] = `/v1/jobs/${job.id}`;
  return new Response(JSON.stringify(body), { status, headers });
}

const jsonHeaders = { 'content-type': JSON_MEDIA_TYPE, 'cache-control': 'no-store' };

function resultResponse({ bytes, headerLength }: ResultMessage): Response {
  if (headerLength === undefined) return new Response(bytes, { headers: jsonHeaders });
  return new Response(bytes, {
    headers: {
      'content-type': BINARY_MEDIA_TYPE,
      'cache-control': 'no-store',
      [HEADER_LENGTH]: String(headerLength),
    },
  });
}
