import { randomBytes } from 'node:crypto';
import { encodeMessage } from '@sharemesh/wire';

export interface RawInfer {
  readonly requestId: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** A request with a share of small numbers, fresh each time: what a client would send, without a client. */
export function rawInfer(modelId: string, columns: number, batch = 1): RawInfer {
  const requestId = randomBytes(16).toString('base64url');
  const data = new Uint8Array(8 * columns * batch);
  crypto.getRandomValues(data.subarray(0, Math.min(data.length, 65_536)));
  for (let i = 7; i < data.length; i += 8) data[i] = 0;
  const { chunks, headerLength } = encodeMessage('binary', [{ encoding: 'field61', data }], (inputs) => ({
    request_id: requestId,
    model_id: modelId,
    version: '1',
    layer: 0,
    batch_size: batch,
    inputs,
    sharing: { scheme: 'additive', parties: 2, party_id: 1 },
  }));
  const body = Buffer.concat(chunks);
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(body.length),
    'inference-header-content-length': String(headerLength),
  };
  return { requestId, headers, body };
}
