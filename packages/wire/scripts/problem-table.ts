import { problemTypes } from '../src/index.ts';
import type { ProblemCode } from '../src/index.ts';

/** What a client does on each problem; the rest of the row comes from the problem types themselves. */
const whatToDo: Record<ProblemCode, string> = {
  MALFORMED_REQUEST: 'mend the client: the JSON or the framing is broken',
  INVALID_REQUEST: 'mend the client: a field is missing, unknown or of the wrong type',
  UNSUPPORTED_API_VERSION: 'use a client of this version',
  INVALID_PAYLOAD: 'mend the client: base64, lengths or encoding of a payload',
  DIMENSION_MISMATCH: 'check layer, batch size and model version',
  NON_CANONICAL_ELEMENT: 'mend the client: reduce elements below their modulus',
  UNSUPPORTED_SCHEME: 'choose a scheme that the model lists',
  BATCH_TOO_LARGE: 'split the batch by `constraints.max_batch_size`',
  UNAUTHENTICATED: 'send a valid bearer token',
  FORBIDDEN: 'ask the operator for the scope',
  NOT_FOUND: 'check the address',
  UNKNOWN_MODEL: 'choose from `GET /v1/models`',
  UNKNOWN_VERSION: 'choose from `GET /v1/models`',
  UNKNOWN_LAYER: 'connect again: the model has fewer layers',
  UNKNOWN_JOB: 'send the request again: the job expired, or is not yours',
  METHOD_NOT_ALLOWED: 'use a method of `Allow`',
  REQUEST_TIMEOUT: 'send the same bytes again, faster',
  PARAMETER_MISMATCH: 'connect again and use the parameters listed',
  UNKNOWN_KEY: 'register the key, then send the same bytes again',
  REQUEST_IN_FLIGHT: 'wait, then send the same bytes again',
  PAYLOAD_TOO_LARGE: 'split the batch by `constraints.max_body_bytes`',
  URI_TOO_LONG: 'mend the client',
  UNSUPPORTED_MEDIA_TYPE: 'send `application/octet-stream` or `application/json`, uncompressed',
  REQUEST_ID_REUSED: 'mend the client: a request_id names one body, ever',
  RATE_LIMITED: 'wait for `Retry-After`',
  HEADERS_TOO_LARGE: 'send fewer headers',
  INTERNAL: 'send the same bytes again once; then tell the operator',
  OVERLOADED: 'wait for `Retry-After`',
  SHUTTING_DOWN: 'wait for `Retry-After`; the server may come back',
};

/** The table of problems for docs/wire-v1.md. */
export function problemTable(): string {
  const rows = (Object.keys(problemTypes) as ProblemCode[]).map((code) => {
    const { status, title, retryable } = problemTypes[code];
    return `| ${status} | \`${code}\` | ${retryable ? 'yes' : 'no'} | ${title} | ${whatToDo[code]} |\n`;
  });
  return `| status | code | retryable | meaning | what a client does |\n|---|---|---|---|---|\n${rows.join('')}`;
}
