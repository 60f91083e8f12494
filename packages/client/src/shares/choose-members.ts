import { MeshError } from '@sharemesh/wire/errors';
import type { Candidate } from './candidate.ts';

/** Why shares must not go to both of two parties. */
export type Conflict = (one: Candidate, other: Candidate) => MeshError | undefined;

export interface Choice {
  /** In the order of their ids. */
  readonly members: readonly Candidate[];
  /** What keeps each of the other candidates out, by party id. */
  readonly reasons: ReadonlyMap<number, MeshError>;
}

/**
 * Of the parties that serve one model, the most that have no conflict among them. Fewer than `threshold` may come out.
 *
 * The most: honest parties have no conflict with each other, so that parties which copy the names or keys of others can
 * push out no more than they bring in.
 *
 * @throws MeshError MODEL_MISMATCH where there are enough for either of two models: which one is meant, only the caller knows
 */
export function chooseMembers(
  candidates: readonly Candidate[],
  threshold: number,
  conflict: Conflict,
): Choice {
  const ordered = candidates.toSorted((a, b) => a.partyId - b.partyId);
  const digests = [...new Set(ordered.map(({ model }) => model.digest))];
  const groups = digests
    .map((digest) =>
      withoutConflict(
        ordered.filter(({ model }) => model.digest === digest),
        conflict,
      ),
    )
    .toSorted((a, b) => b.length - a.length);
  const [members = [], second = []] = groups;
  if (second.length >= threshold) throw twoModels(members, second);
  const reasons = new Map<number, MeshError>();
  for (const candidate of ordered) {
    if (!members.includes(candidate))
      reasons.set(candidate.partyId, reasonAgainst(candidate, members, conflict));
  }
  return { members, reasons };
}

/** The largest subset without a conflict, the one with the lower ids of two as large: of 16 parties, one of 2^16. */
function withoutConflict(group: readonly Candidate[], conflict: Conflict): readonly Candidate[] {
  const conflicts = group.map((one) =>
    group.reduce((mask, other, j) => (other !== one && conflict(one, other) ? mask | (1 << j) : mask), 0),
  );
  if (conflicts.every((mask) => mask === 0)) return group;
  const subset = (mask: number) => group.filter((_, i) => (mask >> i) & 1);
  let best: readonly Candidate[] = [];
  for (let mask = 1; mask < 1 << group.length; mask++) {
    if (conflicts.some((against, i) => (mask >> i) & 1 && against & mask)) continue;
    const members = subset(mask);
    if (members.length > best.length) best = members;
  }
  return best;
}

function reasonAgainst(candidate: Candidate, members: readonly Candidate[], conflict: Conflict): MeshError {
  const [{ channel: other, model }] = members as [Candidate];
  const { party } = candidate.channel;
  if (candidate.model.digest !== model.digest) {
    const what = `${party}'s model ${model.model_id} has another digest than ${other.party}'s`;
    return new MeshError('MODEL_MISMATCH', what, { party });
  }
  return members.map((member) => conflict(member, candidate)).find((error) => error !== undefined)!;
}

function twoModels(one: readonly Candidate[], other: readonly Candidate[]): MeshError {
  const name = (group: readonly Candidate[]) => group.map(({ channel }) => channel.party).join(', ');
  return new MeshError(
    'MODEL_MISMATCH',
    `there are enough parties for either of two models: ${name(one)}; and ${name(other)}: pin the digest of the one you mean`,
  );
}
