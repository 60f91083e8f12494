import { API_VERSION, encodeMessage } from '@sharemesh/wire';
import type { JobResponse, MessageForm, TensorData } from '@sharemesh/wire';
import type { JobOrigin } from './job-origin.ts';

/** The message that answers a completed job, whole: for replies of up to megabytes cheaper than a write per chunk. */
export interface ResultMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where its JSON ends; absent in the JSON form. */
  readonly headerLength?: number;
}

/** A job that is completed, and what it computed. */
export interface Result {
  readonly id: string;
  readonly origin: JobOrigin;
  readonly outputs: readonly TensorData[];
}

/** The same result in the same form always gives the same bytes. */
export const encodeResult = (form: MessageForm, result: Result): ResultMessage =>
  form === 'json' ? { bytes: encodeJson(result) } : encodeBinary(result);

function encodeJson({ id, origin, outputs }: Result): Uint8Array<ArrayBuffer> {
  const { request_id, layer, batch_size } = origin.request;
  const { chunks } = encodeMessage('json', outputs, (described) => {
    const result = { request_id, model_digest: origin.modelDigest, layer, batch_size, outputs: described };
    return { api_version: API_VERSION, status: 'completed', job_id: id, result } satisfies JobResponse;
  });
  return chunks[0] as Uint8Array<ArrayBuffer>;
}

/**
 * The message that `encodeMessage` would make, in a third of its time: every request has one of these. By their
 * schemas, none of the values has a character that JSON escapes or that takes more than a byte; a test holds it against
 * `encodeMessage`.
 */
function encodeBinary({ id, origin, outputs }: Result): ResultMessage {
  const { request_id, layer, batch_size } = origin.request;
  let described = '';
  let payload = 0;
  for (const { encoding, data } of outputs) {
    described += `${described && ','}{"encoding":"${encoding}","byte_length":${data.length}}`;
    payload += data.length;
  }
  const json =
    `{"api_version":"${API_VERSION}","status":"completed","job_id":"${id}","result":{"request_id":"${request_id}",` +
    `"model_digest":"${origin.modelDigest}","layer":${layer},"batch_size":${batch_size},"outputs":[${described}]}}`;
  const bytes = Buffer.allocUnsafe(json.length + payload);
  bytes.write(json, 'latin1');
  let at = json.length;
  for (const { data } of outputs) {
    bytes.set(data, at);
    at += data.length;
  }
  return { bytes, headerLength: json.length };
}
