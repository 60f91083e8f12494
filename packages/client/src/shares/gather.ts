import { MeshError } from '@sharemesh/wire/errors';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { Fault, RequestRecord } from '../backend.ts';
import type { GatherOptions, Gathered } from './sharing.ts';

/** How long a straggler is waited for once there are enough replies: as long again as those took, and at least this. */
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
  const { replies, errors } = await settle(requests, needed, !verified && needed < requests.length);
  const faults = errors.map(faultOf);
  const known = new Set(faults.map(({ party }) => party));
  const replied = new Set(replies.map(({ index }) => parties[index]!));
  const lapses = lapsesIn(requestLog.slice(logged), new Set([...known, ...replied]));
  for (const { party } of lapses) known.add(party);
  return {
    replies: replies.map(({ reply }) => reply),
    faults: [...faults, ...lapses],
    ...(needed < requests.length && {
      late: parties.filter((party) => !known.has(party) && !replied.has(party)),
    }),
  };
}

interface Settled {
  /** In the order of their arrival. */
  readonly replies: { readonly index: number; readonly reply: PartyReply }[];
  readonly errors: MeshError[];
}

function settle(
  requests: readonly Promise<PartyReply>[],
  needed: number,
  surplus: boolean,
): Promise<Settled> {
  const started = performance.now();
  const replies: Settled['replies'] = [];
  const errors: MeshError[] = [];
  let grace: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Settled>((resolve, reject) => {
    const finish = () => resolve({ replies: [...replies], errors: [...errors] });
    const check = () => {
      if (requests.length - errors.length < needed) reject(shortage(errors, requests.length, needed));
      else if (replies.length < needed) return;
      else if (!surplus || replies.length + errors.length === requests.length) finish();
      else grace ??= setTimeout(finish, Math.max(SHORTEST_GRACE_MS, performance.now() - started));
    };
    for (const [index, request] of requests.entries()) {
      request
        .then(
          (reply) => replies.push({ index, reply }),
          (error: MeshError) => errors.push(error),
        )
        .then(check, reject);
    }
  }).finally(() => clearTimeout(grace));
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
