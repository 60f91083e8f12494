import * as z from 'zod/mini';
import { ApiVersion, RequestId, count } from './primitives.ts';
import { PROBLEM_CODE } from './rules.ts';

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
