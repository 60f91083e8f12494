import * as z from 'zod/mini';
import { ApiVersion, RequestId, count } from './primitives.ts';
import { problemTypes } from './problem-types.ts';
import type { ProblemCode } from './problem-types.ts';
import { PROBLEM_CODE } from './rules.ts';
import { API_VERSION } from './version.ts';

/** The failure of a request, RFC 9457. `code` is stable; `detail` is for people and names shapes and limits only. */
export const Problem = z.object({
  api_version: ApiVersion,
  type: z.string().check(z.maxLength(128)),
  title: z.string().check(z.maxLength(128)),
  status: count(599, 400),
  code: z.string().check(z.regex(PROBLEM_CODE)),
  retryable: z.boolean(),
  detail: z.optional(z.string().check(z.maxLength(512))),
  request_id: z.optional(RequestId),
});
export type Problem = z.infer<typeof Problem>;

/** The body of a problem answer. `detail` must not hold anything taken from the request's values. */
export function problem(code: ProblemCode, detail?: string, requestId?: string): Problem {
  const { status, title, retryable } = problemTypes[code];
  return {
    api_version: API_VERSION,
    type: `urn:sharemesh:problem:${code}`,
    title,
    status,
    code,
    retryable,
    ...(detail === undefined ? {} : { detail }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}
