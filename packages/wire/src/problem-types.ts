interface ProblemType {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

/** Every problem a server answers with. A code keeps its status and meaning for the life of v1. */
export const problemTypes = {
  MALFORMED_REQUEST: { status: 400, title: 'The request is not well-formed', retryable: false },
  INVALID_REQUEST: { status: 400, title: 'The request does not fit the schema', retryable: false },
  UNSUPPORTED_API_VERSION: { status: 400, title: 'This server speaks v1', retryable: false },
  INVALID_PAYLOAD: { status: 400, title: 'A payload cannot be decoded', retryable: false },
  DIMENSION_MISMATCH: {
    status: 400,
    title: 'A payload does not have the size the model needs',
    retryable: false,
  },
  NON_CANONICAL_ELEMENT: {
    status: 400,
    title: 'A payload holds a value outside its range',
    retryable: false,
  },
  UNSUPPORTED_SCHEME: { status: 400, title: 'The model is not served under this scheme', retryable: false },
  BATCH_TOO_LARGE: { status: 400, title: 'The batch is larger than the model accepts', retryable: false },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token is needed', retryable: false },
  FORBIDDEN: { status: 403, title: 'The token does not allow this', retryable: false },
  NOT_FOUND: { status: 404, title: 'No such route', retryable: false },
  UNKNOWN_MODEL: { status: 404, title: 'No such model', retryable: false },
  UNKNOWN_VERSION: { status: 404, title: 'No such version of the model', retryable: false },
  UNKNOWN_LAYER: { status: 404, title: 'The model has no such layer', retryable: false },
  UNKNOWN_JOB: { status: 404, title: 'No such job', retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The route does not take this method', retryable: false },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive', retryable: true },
  PARAMETER_MISMATCH: { status: 409, title: 'The parameters are not those of the server', retryable: false },
  UNKNOWN_KEY: { status: 409, title: 'The key is not registered', retryable: false },
  REQUEST_IN_FLIGHT: { status: 409, title: 'The same request is being worked on', retryable: true },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is larger than the limit', retryable: false },
  URI_TOO_LONG: { status: 414, title: 'The address is longer than the limit', retryable: false },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The body has another type than the route takes',
    retryable: false,
  },
  REQUEST_ID_REUSED: { status: 422, title: 'This request_id came with another body', retryable: false },
  RATE_LIMITED: { status: 429, title: 'Too many requests', retryable: true },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are larger than the limit', retryable: false },
  INTERNAL: { status: 500, title: 'The server failed', retryable: true },
  OVERLOADED: { status: 503, title: 'The server has too much work', retryable: true },
  SHUTTING_DOWN: { status: 503, title: 'The server is shutting down', retryable: true },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof problemTypes;

/** Is this a code that servers of this version answer with? */
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemTypes, code);
