import { MeshError } from '@sharemesh/wire/errors';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { Fault, RequestRecord } from '../backend.ts';

export interface GatherOptions {
  /** The fewest replies that are of use. */
  readonly needed: number;
  /** Take what comes soon after the first `needed` as well: a surplus shows wrong replies. */
  readonly surplus: boolean;
}

export interface Gathered {
  /** In the order of their arrival. */
  readonly replies: PartyReply[];
  /** What became of the parties that failed before there was enough. */
  readonly faults: Fault[];
}

/** How long a straggler is waited for once there are enough replies: as long again as those took, and at least this. */
const SHORTEST_GRACE_MS = 25;

/**
 * Wait for as many replies as are needed, and no longer than that makes sense. All requests are under way already; the
 * caller cancels those that are still open afterwards. Nothing here depends on what the replies hold.
 *
 * @throws the first failure where every reply is needed, else MeshError NOT_ENOUGH_REPLIES
 */
export function gather(requests: readonly Promise<PartyReply>[], options: GatherOptions): Promise<Gathered> {
  const { needed, surplus } = options;
  const started = performance.now();
  const replies: PartyReply[] = [];
  const errors: MeshError[] = [];
  let grace: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Gathered>((resolve, reject) => {
    const finish = () => resolve({ replies: [...replies], faults: errors.map(faultOf) });
    const settle = () => {
      if (requests.length - errors.length < needed) reject(shortage(errors, requests.length, needed));
      else if (replies.length < needed) return;
      else if (!surplus || replies.length + errors.length === requests.length) finish();
      else grace ??= setTimeout(finish, Math.max(SHORTEST_GRACE_MS, performance.now() - started));
    };
    for (const request of requests) {
      request
        .then(
          (reply) => replies.push(reply),
          (error: MeshError) => errors.push(error),
        )
        .then(settle, reject);
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
export function lapsesIn(log: readonly RequestRecord[], done: readonly string[]): Fault[] {
  const failed = log.filter(
    ({ party, status, cancelled }) => !cancelled && (status === 0 || status >= 400) && !done.includes(party),
  );
  const last = new Map(failed.map(({ party, status }) => [party, status]));
  return [...last].map(([party, status]) => ({
    party,
    code: status === 0 ? 'CONNECTION_FAILED' : 'UNEXPECTED_STATUS',
  }));
}
