import { MeshError } from '@sharemesh/wire/errors';
import type { ErrorCode } from '@sharemesh/wire';
import type { Fault } from '../backend.ts';
import type { Candidate } from './candidate.ts';
import { chooseMembers } from './choose-members.ts';
import { settleEnough } from './settle-enough.ts';
import type { Admission, Members } from './sharing.ts';

/*
 * Which parties take part under Shamir: any `threshold` are enough, so that one that is down, serves another model, answers
 * nonsense or shows signs of being another is left out, and asked again later.
 *
 * Every party keeps the id of its place in `parties`, whoever else takes part: the polynomials, of degree threshold − 1,
 * and the points are the same, and the shares of those left out are sent to nobody.
 */

/** How long the others are waited for once there are enough, at least. */
const SHORTEST_GRACE_MS = 500;

/** A party that was left out is asked again after this, and then after twice as long each time, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** What was said against a party by others is no reason to go on without it: who is right cannot be told. */
const JUDGEMENTS: ReadonlySet<ErrorCode> = new Set(['FALSE_SKETCH', 'WRONG_REPLY']);

/** Why a party does not take part, and when it is asked again, on the clock of `performance.now()`. */
interface Absence {
  readonly error: MeshError;
  readonly pause: number;
  readonly nextTry: number;
}

/**
 * Meet all parties, and take those that fit together: of one model, no two of them with a conflict, as many as possible.
 *
 * Parties below the threshold that collude cannot keep the others out: they cannot pass for `threshold` parties with
 * another model, and of a party whose name or keys another one copied, at most one of the two is lost.
 *
 * @throws MeshError NOT_ENOUGH_PARTIES naming the others; the first failure itself where all are needed; COLOCATED_PARTIES
 * where nothing else is in the way; MODEL_MISMATCH where there are enough parties for either of two models
 */
export async function admitEnough(threshold: number, admission: Admission): Promise<Members> {
  const { list, errors } = await meetEnough(threshold, admission);
  return new EnoughMembers(threshold, admission, list, errors);
}

class EnoughMembers implements Members {
  list: readonly Candidate[];
  readonly maxBatch: number;
  readonly #threshold: number;
  readonly #admission: Admission;
  readonly #absent = new Map<number, Absence>();
  /** Those that are being asked at this moment. */
  readonly #asked = new Set<number>();
  readonly #closing = new AbortController();

  constructor(
    threshold: number,
    admission: Admission,
    list: readonly Candidate[],
    errors: ReadonlyMap<number, MeshError>,
  ) {
    this.list = list;
    this.maxBatch = Math.min(...list.map(({ maxBatch }) => maxBatch));
    this.#threshold = threshold;
    this.#admission = admission;
    for (const [partyId, error] of errors) this.#leaveOut(partyId, error);
  }

  get excluded(): Fault[] {
    return [...this.#absent]
      .toSorted(([a], [b]) => a - b)
      .map(([partyId, { error }]) => ({ party: this.#admission.parties[partyId - 1]!, code: error.code }));
  }

  invite(): void {
    for (const [partyId, { nextTry }] of this.#absent) {
      if (nextTry <= performance.now() && !this.#asked.has(partyId)) void this.#ask(partyId);
    }
  }

  async #ask(partyId: number): Promise<void> {
    this.#asked.add(partyId);
    try {
      const { model } = this.list[0]!;
      const candidate = await this.#admission.meet(partyId, { model, signal: this.#closing.signal });
      const { party } = candidate.channel;
      if (candidate.maxBatch < this.maxBatch) {
        throw new MeshError('UNSUPPORTED', `${party} takes fewer rows at once than the others`, { party });
      }
      for (const member of this.list) {
        const conflict = this.#admission.conflict(member, candidate);
        if (conflict) throw conflict;
      }
      this.#absent.delete(partyId);
      this.list = [...this.list, candidate].toSorted((a, b) => a.partyId - b.partyId);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#leaveOut(partyId, error as MeshError);
    } finally {
      this.#asked.delete(partyId);
    }
  }

  async together<T>(work: (members: readonly Candidate[]) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(this.list);
      } catch (error) {
        const failed = MeshError.is(error) && this.list.find(({ channel }) => channel.party === error.party);
        if (!failed || JUDGEMENTS.has(error.code) || this.list.length <= this.#threshold) throw error;
        this.list = this.list.filter((member) => member !== failed);
        this.#leaveOut(failed.partyId, error);
      }
    }
  }

  #leaveOut(partyId: number, error: MeshError): void {
    const before = this.#absent.get(partyId);
    const pause = before ? Math.min(2 * before.pause, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
    this.#absent.set(partyId, { error, pause, nextTry: performance.now() + pause });
  }

  close(): void {
    this.#closing.abort(new MeshError('CLIENT_CLOSED', 'the client is closed'));
  }
}

interface Met {
  readonly list: readonly Candidate[];
  /** Why each of the others does not take part. */
  readonly errors: ReadonlyMap<number, MeshError>;
}

/**
 * Ask all parties at once, and wait for as many as are enough and those that follow soon.
 * @throws MeshError where there are too few
 */
async function meetEnough(threshold: number, { parties, meet, conflict }: Admission): Promise<Met> {
  const choose = (met: readonly { readonly value: Candidate }[]) =>
    chooseMembers(
      met.map(({ value }) => value),
      threshold,
      conflict,
    );
  const { values, errors: failures } = await settleEnough(
    parties.map((_, i) => meet(i + 1)),
    { isEnough: (met) => choose(met).members.length >= threshold, graceMs: SHORTEST_GRACE_MS },
  );
  const { members, reasons } = choose(values);
  const failed = new Map(failures.map(({ index, error }) => [index + 1, error]));
  const errors = new Map<number, MeshError>();
  for (const [i, party] of parties.entries()) {
    const partyId = i + 1;
    if (members.some((member) => member.partyId === partyId)) continue;
    errors.set(partyId, reasons.get(partyId) ?? failed.get(partyId) ?? tooSlow(party));
  }
  if (members.length < threshold) throw shortage(threshold, parties, [...errors.values()]);
  return { list: members, errors };
}

const tooSlow = (party: string) =>
  new MeshError('DEADLINE_EXCEEDED', `${party} had not answered when there were enough without it`, {
    retryable: true,
    party,
  });

function shortage(threshold: number, parties: readonly string[], errors: readonly MeshError[]): MeshError {
  const [first] = errors as [MeshError];
  if (threshold === parties.length) return first;
  const ended = errors.find(({ code }) => code === 'ABORTED' || code === 'DEADLINE_EXCEEDED');
  if (ended) return ended;
  const colocated = errors.filter(({ code }) => code === 'COLOCATED_PARTIES');
  // enough of them, were it not for this: so this is what to tell, with the setting that allows it
  if (parties.length - errors.length + colocated.length >= threshold) return colocated[0]!;
  const who = errors.map(({ party, code }) => `${party} (${code})`).join(', ');
  const passing = errors.filter(({ retryable }) => retryable).length;
  return new MeshError(
    'NOT_ENOUGH_PARTIES',
    `${threshold} of ${parties.length} parties are needed; these cannot take part: ${who}`,
    { retryable: parties.length - errors.length + passing >= threshold, cause: first },
  );
}
