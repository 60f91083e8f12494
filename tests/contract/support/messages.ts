import {
  BINARY_MEDIA_TYPE,
  HEADER_LENGTH,
  JSON_MEDIA_TYPE,
  JobResponse,
  PROBLEM_MEDIA_TYPE,
  Problem,
  encodeMessage,
  problemTypes,
  splitMessage,
  takeTensors,
} from '@sharemesh/wire';
import type { InferResult, MessageForm, ProblemCode, TensorData } from '@sharemesh/wire';
import { expect } from 'vitest';
import type { SchemeRequest } from '../schemes/scheme.ts';

export const freshId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');

/** The POST of a request, in either form. */
export function post(
  { envelope, inputs }: SchemeRequest,
  form: MessageForm = 'binary',
): RequestInit & { headers: Record<string, string>; body: Buffer<ArrayBuffer> } {
  const frame = encodeMessage(form, inputs, (described) => ({ ...envelope, inputs: described }));
  const headers: Record<string, string> = {
    'content-type': form === 'json' ? JSON_MEDIA_TYPE : BINARY_MEDIA_TYPE,
  };
  if (frame.headerLength !== undefined) headers[HEADER_LENGTH] = String(frame.headerLength);
  return { method: 'POST', headers, body: Buffer.concat(frame.chunks) };
}

export interface Completed {
  readonly jobId: string;
  readonly result: InferResult;
  readonly outputs: readonly TensorData[];
  /** The whole body, to compare answers byte by byte. */
  readonly bytes: Buffer;
}

/** A completed answer, in whichever form it came. */
export async function readCompleted(response: Response): Promise<Completed> {
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.status, bytes.toString('utf8', 0, 300)).toBe(200);
  const length = response.headers.get(HEADER_LENGTH) ?? undefined;
  expect(response.headers.get('content-type')).toBe(
    length === undefined ? JSON_MEDIA_TYPE : BINARY_MEDIA_TYPE,
  );
  const { json, tail } = splitMessage(bytes, length);
  const message = JobResponse.parse(json);
  if (message.status !== 'completed') throw new Error(`the job is ${message.status}`);
  const { result, job_id: jobId } = message;
  return { jobId, result, outputs: takeTensors(result.outputs, tail), bytes };
}

/** Hold an answer to be this problem: status, media type, schema, and the wording that v1 fixes. */
export async function expectProblem(response: Response, code: ProblemCode): Promise<Problem> {
  const text = await response.text();
  expect(response.headers.get('content-type'), text).toBe(PROBLEM_MEDIA_TYPE);
  const problem = Problem.parse(JSON.parse(text));
  const { status, retryable, title } = problemTypes[code];
  expect(problem).toMatchObject({ code, status, retryable, title, type: `urn:sharemesh:problem:${code}` });
  expect(response.status).toBe(status);
  return problem;
}
