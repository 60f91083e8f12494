import { API_VERSION, encodeMessage } from '@sharemesh/wire';
import type { InferResult, JobResponse, MessageForm, TensorData } from '@sharemesh/wire';
import type { JobOrigin } from './job.ts';

/** The message that answers a completed job, whole: for replies of up to megabytes cheaper than a write per chunk. */
export interface ResultMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where its JSON ends; absent in the JSON form. */
  readonly headerLength?: number;
}

/** The same job in the same form always gives the same bytes. */
export function encodeResult(
  form: MessageForm,
  id: string,
  { request, modelDigest }: JobOrigin,
  outputs: readonly TensorData[],
): ResultMessage {
  const { chunks, byteLength, headerLength } = encodeMessage(form, outputs, (described) => {
    const result: InferResult = {
      request_id: request.request_id,
      model_digest: modelDigest,
      layer: request.layer,
      batch_size: request.batch_size,
      outputs: described,
    };
    return { api_version: API_VERSION, status: 'completed', job_id: id, result } satisfies JobResponse;
  });
  const bytes = Buffer.concat(chunks, byteLength) as Uint8Array<ArrayBuffer>;
  return headerLength === undefined ? { bytes } : { bytes, headerLength };
}
