import { splitMessage, takeTensorsBy } from '@sharemesh/wire/binary-form';
import type { Frame } from '@sharemesh/wire/binary-form';
import {
  ENVELOPE_BYTES,
  HEADER_LENGTH,
  TENSOR_DESCRIPTION_BYTES,
  isInferResponse,
  isJobResponse,
} from '@sharemesh/wire';
import type { InferResult, JobResponse, TensorData } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import type { InferCall } from '../transport/channel.ts';
import { failedAnswer, failedJob, invalidReply, mediaType, wrongType } from './failures.ts';
import type { TransportResponse } from '../transport/transport.ts';

/** The most that a reply to `call` may be: its payloads exactly, in base64 at worst, and an envelope. */
export function maxReplyBytes(call: InferCall): number {
  return call.expect.reduce(
    (total, { byteLength }) => total + Math.ceil(byteLength / 3) * 4 + TENSOR_DESCRIPTION_BYTES,
    ENVELOPE_BYTES,
  );
}

export type InferReply = { readonly outputs: TensorData[] } | { readonly jobId: string };

/** A request in the binary form, as it was sent. */
export type SentFrame = Pick<Frame, 'chunks'> & { readonly headerLength: number };

/**
 * Throws for a completed reply that must not be used.
 * @param tail the raw payloads of the reply, where it has the binary form
 */
export type ReplyCheck = (
  sent: SentFrame,
  response: TransportResponse,
  tail: Uint8Array | undefined,
) => Promise<void>;

/** Who must have answered what: the same for the first answer and for every poll of its job. */
export interface Expectation {
  readonly call: InferCall;
  readonly modelDigest: string;
  readonly party: string;
  /** What a completed reply has to pass beside the contract. */
  readonly check?: ReplyCheck | undefined;
  /** The request that is answered, as it was sent. */
  readonly sent: SentFrame;
  /** The job that is polled; absent for the answer to POST /v1/infer. */
  readonly jobId?: string;
}

/**
 * Read the answer to POST /v1/infer or to a poll, and check all that can be checked without the field: status, type,
 * schema, that it answers this very request for this very model, and each output's encoding and exact length.
 *
 * @throws MeshError INVALID_REPLY, REPLY_MISMATCH, DIGEST_MISMATCH, or the problem that the party answered; names it
 */
export async function readInferReply(
  response: TransportResponse,
  expected: Expectation,
): Promise<InferReply> {
  const { party, jobId } = expected;
  const fine = response.status === 200 || (response.status === 202 && jobId === undefined);
  if (!fine) throw await failedAnswer(response, party);
  const { json, tail } = await split(response, party);
  const isReply = jobId === undefined ? isInferResponse : isJobResponse;
  if (!isReply(json)) throw invalidReply(party, 'the reply does not fit the schema');
  const job: JobResponse = json;
  if (jobId !== undefined && job.job_id !== jobId) throw mismatch(party, 'another job');
  if (job.status === 'failed') {
    throw await failedJob(job.error, party);
  }
  if (job.status !== 'completed') {
    if (jobId === undefined && response.status !== 202)
      throw invalidReply(party, 'a job that is not done comes with 202');
    return { jobId: job.job_id };
  }
  if (response.status !== 200) throw invalidReply(party, 'a completed job comes with 200');
  const outputs = await takeOutputs(job.result, tail, expected);
  await expected.check?.(expected.sent, response, tail);
  return { outputs };
}

async function split(response: TransportResponse, party: string) {
  const type = mediaType(response);
  const headerLength = response.header(HEADER_LENGTH);
  if (type !== (headerLength === undefined ? 'application/json' : 'application/octet-stream')) {
    throw await wrongType(response, party);
  }
  try {
    return splitMessage(response.body, headerLength);
  } catch (error) {
    throw invalidReply(party, 'the reply is not a v1 message', error);
  }
}

async function takeOutputs(
  result: InferResult,
  tail: Uint8Array | undefined,
  expected: Expectation,
): Promise<TensorData[]> {
  const { call, modelDigest, party } = expected;
  if (result.request_id !== call.requestId) throw mismatch(party, 'another request');
  if (result.layer !== call.layer || result.batch_size !== call.batch)
    throw mismatch(party, 'another layer or batch');
  if (result.model_digest !== modelDigest) {
    throw new MeshError('DIGEST_MISMATCH', `${party} computed with another model than it announced`, {
      party,
    });
  }
  let outputs: TensorData[];
  try {
    // what reads the JSON form is loaded on demand: servers may answer in it, and ours do not
    const base64 = tail ? undefined : await import('@sharemesh/wire/base64');
    outputs = takeTensorsBy(base64?.decodeBase64, result.outputs, tail);
  } catch (error) {
    throw invalidReply(party, 'the payloads of the reply cannot be taken', error);
  }
  const fits =
    outputs.length === call.expect.length &&
    call.expect.every(
      ({ encoding, byteLength }, i) =>
        outputs[i]!.encoding === encoding && outputs[i]!.data.length === byteLength,
    );
  if (!fits) throw invalidReply(party, 'the outputs have another number, encoding or length than the layer');
  return outputs;
}

const mismatch = (party: string, what: string) =>
  new MeshError('REPLY_MISMATCH', `${party} sent the reply to ${what}`, { party });
