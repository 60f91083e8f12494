import { HEADER_LENGTH, InferResponse, Problem, splitMessage, takeTensors } from '@sharemesh/wire';
import type { MessageForm, TensorData } from '@sharemesh/wire';

export const freshId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');

/** The payload of one row of the test model. */
export const payload = (fill = 1): Uint8Array => new Uint8Array(32).fill(fill);

/** The JSON of a good request to the test model, binary form. */
export function envelope(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    request_id: freshId(),
    model_id: 'tiny',
    version: '1',
    layer: 0,
    batch_size: 1,
    inputs: [{ encoding: 'field61', byte_length: 32 }],
    sharing: { scheme: 'additive', parties: 2, party_id: 1 },
    ...overrides,
  };
}

/** The init of a POST in either form. */
export function post(
  json: Record<string, unknown>,
  bytes = payload(),
  form: MessageForm = 'binary',
): RequestInit & { headers: Record<string, string> } {
  if (form === 'json') {
    const inputs = [{ encoding: 'field61', payload: Buffer.from(bytes).toString('base64') }];
    return {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...json, inputs }),
    };
  }
  const head = Buffer.from(JSON.stringify(json));
  return {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(head.length) },
    body: Buffer.concat([head, bytes]),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export async function read(response: Response | Promise<Response>): Promise<Answer> {
  const answer = await response;
  return { status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) };
}

/** The message in an answer, checked against the schema, and its tensors. */
export function parseInferAnswer({ headers, body }: Answer): {
  message: InferResponse;
  outputs: TensorData[];
} {
  const { json, tail } = splitMessage(body, headers.get(HEADER_LENGTH) ?? undefined);
  const message = InferResponse.parse(json);
  if (message.status !== 'completed') return { message, outputs: [] };
  return { message, outputs: takeTensors(message.result.outputs, tail) };
}

/** The problem in an answer, checked against the schema and the media type. */
export function parseProblem({ headers, body, status }: Answer): Problem {
  if (headers.get('content-type') !== 'application/problem+json')
    throw new Error(`no problem, but ${status}`);
  const problem = Problem.parse(JSON.parse(new TextDecoder().decode(body)));
  if (problem.status !== status) throw new Error(`status ${status} with a problem of ${problem.status}`);
  return problem;
}
