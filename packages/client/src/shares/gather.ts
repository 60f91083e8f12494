import { MeshError } from '@sharemesh/wire/errors';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { Fault, RequestRecord } from '../backend.ts';
import { settleEnough } from './settle-enough.ts';
import type { GatherOptions, Gathered } from './sharing.ts';

/** How long unverified replies beyond those needed are waited for, at least. */
const SHORTEST_GRACE_MS = 25;

/**
 * Wait for `needed` replies, and no longer than that makes sense: unverified replies that come soon after the first
 * `needed` are taken as well, as a surplus shows wrong ones.
 *
 * @throws the first failure where every reply is needed, else MeshError NOT_ENOUGH_REPLIES
 */
export async function gatherEnough(
  requests: readonly Promise<PartyReply>[],
  needed: number,
  { parties, verified, requestLog, logged }: GatherOptions,
): Promise<Gathered> {
  const missing = requests.length - needed;
  const { values, errors } = await settleEnough(requests, {
    isEnough: (replies) => replies.length >= needed,
    isHopeless: (failures) => failures.length > missing,
    graceMs: verified || missing === 0 ? 0 : SHORTEST_GRACE_MS,
  });
  const failures = errors.map(({ error }) => error);
  if (values.length < needed) throw shortage(failures, requests.length, needed);
  const faults = failures.map(faultOf);
  const known = new Set(faults.map(({ party }) => party));
  const replied = new Set(values.map(({ index }) => parties[index]!));
  const lapses = lapsesIn(requestLog.slice(logged), new Set([...known, ...replied]));
  for (const { party } of lapses) known.add(party);
  return {
    replies: values.map(({ value }) => value),
    faults: [...faults, ...lapses],
    ...(missing > 0 && { late: parties.filter((party) => !known.has(party) && !replied.has(party)) }),
  };
}

function shortage(errors: readonly MeshError[], requests: number, needed: number): MeshError {
  const [first] = errors as [MeshError];
  if (needed === requests) return first;
  const aborted = errors.find((error) => error.code === 'ABORTED' || error.code === 'DEADLINE_EXCEEDED');
  if (aborted) return aborted;
  const who = errors.map((error) => `${error.party} (${error.code})`).join(', ');
  return new MeshError('NOT_ENOUGH_REPLIES', `${needed} of ${requests} parties are needed; failed: ${who}`, {
    retryable: errors.every((error) => error.retryable),
    cause: first,
    ...(first.party !== undefined && { party: first.party }),
  });
}

const faultOf = (error: MeshError): Fault => ({ party: error.party ?? 'unknown', code: error.code });

/**
 * Parties that had failed an attempt, and were to be tried again, when there was enough without them.
 * @param log what was exchanged for this sharing
 * @param done parties that replied, or whose failure is known already
 */
function lapsesIn(log: readonly RequestRecord[], done: ReadonlySet<string>): Fault[] {
  const failed = log.filter(
    ({ party, status, cancelled }) => !cancelled && (status === 0 || status >= 400) && !done.has(party),
  );
  const last = new Map(failed.map(({ party, status }) => [party, status]));
  return [...last].map(([party, status]) => ({
    party,
    code: status === 0 ? 'CONNECTION_FAILED' : 'UNEXPECTED_STATUS',
  }));
}
