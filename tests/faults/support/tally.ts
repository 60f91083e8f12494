import type { FaultKind } from './faults.ts';
import type { LieKind } from './lies.ts';

/** What came of a run of operations. */
export interface Tally {
  operations: number;
  /** Answers that were given and are right, to the last bit. */
  right: number;
  /** Answers that were given and are wrong: with verification on, or with no byte changed by anyone. Must be 0. */
  wrong: number;
  /** Wrong answers that THREAT_MODEL.md says can happen: no verification, and a lie or a changed byte. */
  wrongUnverified: number;
  /** Operations that ended in an error, by its code. */
  readonly errors: Map<string, number>;
  /** Errors that are not MeshErrors. Must be 0. */
  untyped: number;
  /** Operations that had not ended long after their deadline. Must be 0. */
  hangs: number;
  /** Requests with another party's share, and request ids that two parties saw. Must be 0. */
  leaks: number;
  /** Retries with other bytes than the first time. Must be 0. */
  changedRetries: number;
  /**
   * Honest parties, on a network that changed nothing, that were called liars, or said to disagree where no more lied than
   * a surplus of replies can correct. Must be 0.
   */
  slandered: number;
  /** Meshes that did not work when all faults and lies were over. Must be 0. */
  unwell: number;
  /** What must not have happened, each with what is needed to look into it. */
  readonly notes: string[];
  readonly faults: Map<FaultKind, number>;
  readonly lies: Map<LieKind, number>;
}

export const emptyTally = (): Tally => ({
  operations: 0,
  right: 0,
  wrong: 0,
  wrongUnverified: 0,
  errors: new Map(),
  untyped: 0,
  hangs: 0,
  leaks: 0,
  changedRetries: 0,
  slandered: 0,
  unwell: 0,
  notes: [],
  faults: new Map(),
  lies: new Map(),
});

export function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The figures that must be 0. */
export const violations = ({ wrong, untyped, hangs, leaks, changedRetries, slandered, unwell }: Tally) => ({
  wrong,
  untyped,
  hangs,
  leaks,
  changedRetries,
  slandered,
  unwell,
});

export const noViolations = {
  wrong: 0,
  untyped: 0,
  hangs: 0,
  leaks: 0,
  changedRetries: 0,
  slandered: 0,
  unwell: 0,
};

export function formatTally(tally: Tally): string {
  const { operations, right, wrong, wrongUnverified, untyped, hangs, leaks, changedRetries, slandered } =
    tally;
  const list = (counts: Map<string, number>) =>
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || 'none';
  return [
    `${operations} operations: ${right} right, ${wrong} wrong accepted, ${wrongUnverified} wrong without verification`,
    `  hangs ${hangs}, untyped errors ${untyped}, honest parties accused ${slandered}, meshes unwell afterwards ${tally.unwell}`,
    `  shares or ids astray ${leaks}, retries with other bytes ${changedRetries}`,
    `  errors: ${list(tally.errors)}`,
    `  faults met: ${list(tally.faults)}`,
    `  lies told: ${list(tally.lies)}`,
    ...tally.notes.map((note) => `  ${note}`),
  ].join('\n');
}
