import { HEADER_LENGTH, InferResponse, Problem, splitMessage, takeTensors } from '@sharemesh/wire';
import type { TensorEncoding } from '@sharemesh/wire';

export const freshId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');

export interface ShareRequest {
  readonly modelId?: string;
  readonly requestId?: string;
  readonly layer?: number;
  readonly batch?: number;
  readonly encoding?: TensorEncoding;
  readonly partyId?: number;
  readonly parties?: number;
  readonly scheme?: 'additive' | 'shamir';
  readonly operation?: 'product' | 'sketch';
  readonly overrides?: Record<string, unknown>;
}

/** The envelope of a request with one input of this many bytes. */
export function shareRequestJson(options: ShareRequest = {}, byteLength = 0): string {
  return JSON.stringify({
    request_id: options.requestId ?? freshId(),
    model_id: options.modelId ?? 'random',
    version: '1',
    layer: options.layer ?? 0,
    ...(options.operation && { operation: options.operation }),
    batch_size: options.batch ?? 1,
    inputs: [{ encoding: options.encoding ?? 'field61', byte_length: byteLength }],
    sharing: {
      scheme: options.scheme ?? 'additive',
      parties: options.parties ?? 2,
      party_id: options.partyId ?? 1,
    },
    ...options.overrides,
  });
}

/** A POST of these bytes as a share, binary form. */
export function shareRequest(bytes: Uint8Array, options: ShareRequest = {}): RequestInit {
  const head = Buffer.from(shareRequestJson(options, bytes.length));
  return {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(head.length) },
    body: Buffer.concat([head, bytes]),
  };
}

export const bytesOf = (elements: readonly bigint[]): Uint8Array =>
  new Uint8Array(BigUint64Array.from(elements).buffer);

/** The elements of a completed answer. */
export async function elementsOf(response: Response): Promise<bigint[]> {
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(new TextDecoder().decode(body));
  const { json, tail } = splitMessage(body, response.headers.get(HEADER_LENGTH) ?? undefined);
  const message = InferResponse.parse(json);
  if (message.status !== 'completed') throw new Error(message.status);
  const [output] = takeTensors(message.result.outputs, tail);
  return [...new BigUint64Array(new Uint8Array(output!.data).buffer)];
}

export async function codeOf(response: Response): Promise<string> {
  return Problem.parse(await response.json()).code;
}
