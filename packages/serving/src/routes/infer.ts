import { BINARY_MEDIA_TYPE, HEADER_LENGTH, JSON_MEDIA_TYPE, takeTensors } from '@sharemesh/wire';
import { checkConstraints } from '../catalog.ts';
import type { Handler, Trail } from '../context.ts';
import { fingerprintOf } from '../jobs/fingerprint.ts';
import { jobResponse } from '../jobs/job-response.ts';
import { requestKey } from '../jobs/job-origin.ts';
import { Job } from '../jobs/job.ts';
import { withReceipt } from '../jobs/receipts.ts';
import { header } from '../request/header.ts';
import { requireMediaType } from '../request/media-type.ts';
import { EnvelopeMemo } from '../request/envelope-memo.ts';
import { parseInfer } from '../request/parse-infer.ts';
import { bodyRules, readBody } from '../request/read-body.ts';
import type { Body } from '../request/read-body.ts';
import type { Services } from '../services.ts';

/**
 * POST /v1/infer: envelope → size → decoding → scheme and parameters → model constraints → compute. The first check
 * that fails answers.
 *
 * A retry joins the job of the first attempt, running or done, so that it gets the same answer even when the
 * connection of the first one died.
 */
export function infer(services: Services): Handler {
  const { limits, budget, lifecycle } = services;
  const memo = new EnvelopeMemo();
  const rules = bodyRules(limits.maxBodyBytes, limits, budget);

  return async (c, trail) => {
    lifecycle.refuseWhenStopping();
    const headerLength = header(c, HEADER_LENGTH);
    requireMediaType(c, headerLength === undefined ? JSON_MEDIA_TYPE : BINARY_MEDIA_TYPE);
    const body = await readBody(c, trail, rules, Number(headerLength ?? 0) || 0);
    const respondAsync = prefersAsync(header(c, 'prefer'));

    let job: Job;
    try {
      job = takeOn(services, trail, { body, headerLength, respondAsync, memo });
    } catch (error) {
      body.recycle();
      throw error;
    }
    if (!job.finished && !respondAsync) await job.settled(limits.waitMs);
    if (job.finished) services.jobs.collect(job.id);
    else services.jobs.promise(job.id);
    const response = jobResponse(job, headerLength === undefined ? 'json' : 'binary', 202);
    return services.receipts ? withReceipt(services.receipts, job, response) : response;
  };
}

interface Arrived {
  readonly body: Body;
  readonly headerLength: string | undefined;
  readonly respondAsync: boolean;
  readonly memo: EnvelopeMemo;
}

/** The job of this request: the one it already has, or a new one that runs or waits for its turn. */
function takeOn(services: Services, trail: Trail, arrived: Arrived): Job {
  const { body, headerLength, respondAsync } = arrived;
  const { jobs, catalog, dispatcher, receipts } = services;
  const { owner } = trail;
  const { request, tail } = parseInfer(body.bytes, headerLength, arrived.memo);
  trail.requestId = request.request_id;

  const fingerprint = fingerprintOf(body.bytes, headerLength);
  const known = jobs.ofRequest(owner, requestKey(request.request_id, request.sharing?.party_id), fingerprint);
  if (known) {
    body.recycle();
    return known;
  }

  const inputs = takeTensors(request.inputs, tail);
  const { engine, model } = catalog.find(request);
  trail.model = model;
  checkConstraints(model, request, body.bytes.length);
  const work = engine.accept(request, inputs, { model, owner });

  const { request_id, layer, batch_size, sharing } = request;
  const job = new Job({
    owner,
    request: { request_id, layer, batch_size, party_id: sharing?.party_id },
    modelDigest: model.digest,
    fingerprint,
  });
  if (!work.inline || respondAsync) {
    dispatcher.enqueue(engine, job, work);
    jobs.add(job, () => body.release());
    return job;
  }
  void dispatcher.runInline(job, work);
  // a failed job, and the receipt, look at the body itself
  jobs.add(job, () => (job.state.status === 'failed' || receipts ? body.release() : body.recycle()));
  return job;
}

/** RFC 7240: the client would rather have 202 at once than wait. */
const prefersAsync = (prefer: string | undefined): boolean =>
  prefer !== undefined && prefer.split(',').some((preference) => preference.trim() === 'respond-async');
