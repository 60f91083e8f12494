import { API_VERSION, BINARY_MEDIA_TYPE, JSON_MEDIA_TYPE, encodeMessage } from '@sharemesh/wire';
import type { Frame, InferResult, JobResponse, MessageForm, TensorData } from '@sharemesh/wire';
import { problemResponse } from '../problem-response.ts';
import type { Job } from './job.ts';

/** Seconds after which asking for a job again makes sense. */
const ASK_AGAIN = '1';

/**
 * The answer that fits the job's state: the result, where to ask for it (`pendingStatus` 202 with `Location`, or 200 on
 * the job's own route), or the failure as a problem.
 */
export function jobResponse(job: Job, form: MessageForm, pendingStatus: 200 | 202): Response {
  const { state } = job;
  if (state.status === 'completed') return completedResponse(job, form, state.outputs);
  if (state.status === 'failed') return problemResponse(state.error, job.origin.request.request_id);
  return pendingResponse(job, state.status, pendingStatus);
}

/** 200 with the result. The same job in the same form always gives the same bytes. */
function completedResponse(job: Job, form: MessageForm, outputs: readonly TensorData[]): Response {
  const { request, modelDigest } = job.origin;
  const frame = encodeMessage(form, outputs, (described) => {
    const result: InferResult = {
      request_id: request.request_id,
      model_digest: modelDigest,
      layer: request.layer,
      batch_size: request.batch_size,
      outputs: described,
    };
    return { api_version: API_VERSION, status: 'completed', job_id: job.id, result } satisfies JobResponse;
  });
  return new Response(joinChunks(frame), { headers: frameHeaders(frame) });
}

function pendingResponse(job: Job, state: 'queued' | 'running', status: 200 | 202): Response {
  const body: JobResponse = { api_version: API_VERSION, status: state, job_id: job.id };
  const headers: Record<string, string> = { ...jsonHeaders, 'retry-after': ASK_AGAIN };
  if (status === 202) headers['location'] = `/v1/jobs/${job.id}`;
  return new Response(JSON.stringify(body), { status, headers });
}

const jsonHeaders = { 'content-type': JSON_MEDIA_TYPE, 'cache-control': 'no-store' };

function frameHeaders(frame: Frame): Record<string, string> {
  if (frame.headerLength === undefined) return jsonHeaders;
  return {
    'content-type': BINARY_MEDIA_TYPE,
    'cache-control': 'no-store',
    'inference-header-content-length': String(frame.headerLength),
  };
}

/** One buffer for the socket: for replies of up to megabytes cheaper than a write per chunk. */
function joinChunks({ chunks, byteLength }: Frame): Uint8Array<ArrayBuffer> {
  return Buffer.concat(chunks, byteLength) as Uint8Array<ArrayBuffer>;
}
