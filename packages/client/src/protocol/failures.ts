import { MeshError } from '@sharemesh/wire/errors';
import { PROBLEM_MEDIA_TYPE, isProblem, parseJson } from '@sharemesh/wire';
import type { Problem } from '@sharemesh/wire';
import type { TransportResponse } from '../transport/transport.ts';
import type * as explanations from './explain-failure.ts';

type Explanations = typeof explanations;

/**
 * The error that a failed request stands for. What tells the causes apart is loaded when something fails; a page that
 * has lost its network by then gets the general error.
 */
async function explain(party: string, how: (explanations: Explanations) => MeshError): Promise<MeshError> {
  let loaded: Explanations;
  try {
    loaded = await import('./explain-failure.ts');
  } catch (cause) {
    const what = `${party} cannot be reached, or refused`;
    return new MeshError('CONNECTION_FAILED', what, { party, retryable: true, cause });
  }
  return how(loaded);
}

/** The error that an answer other than 200 and 202 stands for. */
export function failedAnswer(response: TransportResponse, party: string): Promise<MeshError> {
  const { status, body } = response;
  const type = mediaType(response);
  const problem = type === PROBLEM_MEDIA_TYPE ? problemIn(body) : undefined;
  return explain(party, ({ explainAnswer }) => explainAnswer({ status, type, problem }, party));
}

/** The error of a job that the server gave up. */
export const failedJob = (problem: Problem, party: string): Promise<MeshError> =>
  explain(party, ({ explainProblem }) => explainProblem(problem, party, false));

/** The error of a request that got no answer at all, or not all of it. */
export const failedConnection = (error: unknown, party: string): Promise<MeshError> =>
  explain(party, ({ explainConnection }) => explainConnection(error, party));

/** A reply that breaks the contract. Never retried: whoever sends one is broken or hostile. */
export function invalidReply(party: string, what: string, cause?: unknown): MeshError {
  return new MeshError('INVALID_REPLY', `${party}: ${what}`, { party, cause });
}

/** Lower-case media type without parameters. */
export function mediaType(response: TransportResponse): string | undefined {
  return response.header('content-type')?.split(';', 1)[0]!.trim().toLowerCase();
}

/** The error of a reply of another type than v1 has. */
export const wrongType = (response: TransportResponse, party: string): Promise<MeshError> =>
  explain(party, ({ explainType }) => explainType(mediaType(response), party));

function problemIn(body: Uint8Array): Problem | undefined {
  try {
    const json = parseJson(body);
    return isProblem(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
