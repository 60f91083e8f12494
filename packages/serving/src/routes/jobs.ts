import { API_VERSION, BINARY_MEDIA_TYPE, JSON_MEDIA_TYPE, JobId } from '@sharemesh/wire';
import type { JobResponse, MessageForm } from '@sharemesh/wire';
import type { Handler } from '../context.ts';
import { jobResponse } from '../jobs/job-response.ts';
import { withReceipt } from '../jobs/receipts.ts';
import { Refusal } from '../refusal.ts';
import { header } from '../request/header.ts';
import type { Services } from '../services.ts';

/**
 * GET /v1/jobs/{job_id}: how far a job is, and its result: in JSON, or in the binary form when `Accept` names it. A job
 * of another owner, one that was forgotten and one that never was look the same.
 */
export function jobs({ jobs, receipts }: Services): Handler {
  return (c, { owner }) => {
    const id = c.req.param('job_id');
    const job = JobId.safeParse(id).success ? jobs.get(owner, id!) : undefined;
    if (!job) throw new Refusal('UNKNOWN_JOB', 'it was never there, or it has expired');
    if (job.finished) jobs.collect(job.id);
    const { state } = job;
    if (state.status !== 'failed') {
      const response = jobResponse(job, formOf(header(c, 'accept')), 200);
      return receipts ? withReceipt(receipts, job, response) : response;
    }
    const body: JobResponse = {
      api_version: API_VERSION,
      status: 'failed',
      job_id: job.id,
      error: state.problem,
    };
    return c.json(body, 200, { 'content-type': JSON_MEDIA_TYPE, 'cache-control': 'no-store' });
  };
}

const formOf = (accept: string | undefined): MessageForm =>
  accept?.includes(BINARY_MEDIA_TYPE) ? 'binary' : 'json';
