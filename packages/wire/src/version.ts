/** The wire's version. Within v1, changes only add; a breaking change is v2 under its own path. */
export const API_VERSION = 'v1';

/** Header that gives the bytes of JSON in front of the raw payloads (the KServe v2 binary tensor convention). */
export const HEADER_LENGTH = 'inference-header-content-length';

export const JSON_MEDIA_TYPE = 'application/json';
export const BINARY_MEDIA_TYPE = 'application/octet-stream';
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
