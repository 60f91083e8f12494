import { MeshError } from '@sharemesh/wire/errors';
import { isProblem, parseJson } from '@sharemesh/wire';
import type { TransportResponse } from '../transport/transport.ts';

/** Statuses that say "not now" rather than "no": only these are ever tried again. */
const TRANSIENT = new Set([408, 409, 425, 429, 500, 502, 503, 504]);

/** The error that an answer other than 200 and 202 stands for. */
export function failureOf(response: TransportResponse, party: string): MeshError {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return new MeshError('REDIRECT_REFUSED', `${party} redirects; a share is sent nowhere else`, { party });
  }
  const transient = TRANSIENT.has(status);
  const problem = mediaType(response) === 'application/problem+json' ? problemIn(response.body) : undefined;
  if (problem?.status === status) {
    const detail = printable(problem.detail ?? problem.title);
    return new MeshError(problem.code, `${party} refused with ${status} ${problem.code}: ${detail}`, {
      party,
      retryable: transient && problem.retryable,
    });
  }
  return new MeshError('UNEXPECTED_STATUS', `${party} answered ${status} without a v1 problem`, {
    party,
    retryable: transient,
  });
}

/** A reply that breaks the contract. Never retried: whoever sends one is broken or hostile. */
export function invalidReply(party: string, what: string, cause?: unknown): MeshError {
  return new MeshError('INVALID_REPLY', `${party}: ${what}`, { party, cause });
}

/** The error of a request that got no answer at all. */
export function connectionFailure(error: unknown, party: string): MeshError {
  if (MeshError.is(error)) {
    return new MeshError(error.code, `${party}: ${error.message}`, { party, retryable: error.retryable });
  }
  return new MeshError('CONNECTION_FAILED', `${party} cannot be reached, or broke off`, {
    party,
    retryable: true,
    cause: error,
  });
}

/** Lower-case media type without parameters. */
export function mediaType(response: TransportResponse): string | undefined {
  return response.header('content-type')?.split(';', 1)[0]!.trim().toLowerCase();
}

function problemIn(body: Uint8Array) {
  try {
    const json = parseJson(body);
    return isProblem(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** A peer's text, fit for a terminal and a log. */
const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');
