import { MeshError, PROBLEM_MEDIA_TYPE, isProblemCode, problem } from '@sharemesh/wire';
import type { Problem } from '@sharemesh/wire';
import { Refusal } from './refusal.ts';

/**
 * What a failure looks like from outside. Only errors raised on purpose speak for themselves; of any other the client
 * learns nothing, because its message may quote data.
 */
export function toProblem(error: unknown, requestId?: string): Problem {
  if (MeshError.is(error) && isProblemCode(error.code)) return problem(error.code, error.message, requestId);
  return problem('INTERNAL', undefined, requestId);
}

/** The answer to a request that failed, RFC 9457. */
export function problemResponse(error: unknown, requestId?: string): Response {
  const body = toProblem(error, requestId);
  const headers: Record<string, string> = {
    'content-type': PROBLEM_MEDIA_TYPE,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  if (body.status === 429 || body.status === 503) headers['retry-after'] = '1';
  if (error instanceof Refusal) Object.assign(headers, error.headers);
  return new Response(JSON.stringify(body), { status: body.status, headers });
}
