import { problemTypes } from './problem-types.ts';
import type { ProblemCode } from './problem-types.ts';

/** What is raised by clients, tools and libraries, and never travels: each code with its meaning. */
export const localErrors = {
  ABORTED: 'the caller aborted the call',
  AMBIGUOUS_MODEL: 'a server lists several versions of the model',
  CERTIFICATE_EXPIRED: 'the certificate of a server has expired, or is not valid yet',
  CERTIFICATE_NAME_MISMATCH: 'the certificate of a server is for another name',
  CERTIFICATE_UNTRUSTED: 'no trusted authority vouches for the certificate of a server',
  CHECKS_EXPIRED: 'the check vectors are past their date',
  CHECKS_SPENT: 'a check vector has refused as many replies as it may',
  CLIENT_CLOSED: 'the client is closed',
  CLOSED: 'what was used is closed',
  COLOCATED_PARTIES: 'parties show signs of being one',
  CONNECTION_FAILED: 'a server cannot be reached, or broke off',
  DATASET_MISSING: 'an example lacks its data',
  DEADLINE_EXCEEDED: 'it was not done in time',
  DIGEST_MISMATCH: 'a model is not what its digest, or the pinned one, says',
  FALSE_SKETCH: 'the parties contradict each other about the weights',
  FRAUD_NOT_PROVEN: 'a fraud proof does not hold',
  HOST_NOT_FOUND: 'the host name of a server cannot be looked up',
  INCONSISTENT_REPLIES: 'replies contradict each other, and which are wrong cannot be told',
  INSUFFICIENT_PRECISION: 'the model keeps fewer significant bits of its inputs than were asked for',
  INPUT_OUT_OF_RANGE: 'a number is too large, or too small, to be computed exactly enough',
  OUTPUT_OUT_OF_RANGE: 'values of a layer left the range of the numbers that are computed with',
  INSECURE_BIND: 'a server would offer plain http beyond this machine',
  INSECURE_URL: 'a server is reached by plain http beyond this machine',
  INVALID_CHECKS: 'a file of check vectors is not valid',
  INVALID_CONFIG: 'a setting of a server is not what it may be',
  INVALID_DATASET: 'the data of an example is not in its format',
  INVALID_FRAUD_PROOF: 'a file is no fraud proof',
  INVALID_INPUT: 'an argument is not what it may be',
  INVALID_KEY: 'a key is not valid',
  INVALID_MODEL: 'a model cannot be used',
  INVALID_OPTION: 'an option is not what it may be, or has no such name',
  INVALID_RECEIPT: 'a receipt is not valid',
  INVALID_REPLY: 'a reply breaks the contract of v1',
  INVALID_SIGNATURE: 'a signature is not valid',
  MODEL_MISMATCH: 'the parties serve different models',
  MODEL_TAMPERED: 'a signed model was changed',
  NOT_ENOUGH_PARTIES: 'fewer than the threshold can take part',
  NOT_ENOUGH_REPLIES: 'fewer than the threshold replied',
  PARTY_FAILED: 'a server that this process started ended',
  REDIRECT_REFUSED: 'a server redirects',
  REPLY_MISMATCH: 'a reply answers something else',
  REPLY_TOO_LARGE: 'a reply is longer than it may be',
  TLS_FAILED: 'a server does not speak TLS, or the handshake failed',
  UNEXPECTED_STATUS:
    'a server, or a proxy before it, answered with a status or a code that this version does not know',
  UNSUPPORTED: 'a server, scheme or platform lacks what the options need',
  UNSUPPORTED_PLATFORM: 'the platform lacks an algorithm',
  UNTRUSTED_KEY: 'a server has another TLS key than the pinned one',
  WRONG_REPLY: 'a reply fails its check: the party computed something else',
} as const satisfies Record<string, string>;

/** Every code that a MeshError carries: the problems that servers answer, and what is raised on this side. */
export type ErrorCode = ProblemCode | keyof typeof localErrors;

export const errorCodes: readonly ErrorCode[] = [
  ...(Object.keys(problemTypes) as ProblemCode[]),
  ...(Object.keys(localErrors) as (keyof typeof localErrors)[]),
];
