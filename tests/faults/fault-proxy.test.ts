import { describe, expect, it } from 'vitest';
import { CHANGES_BYTES, FAULT_KINDS } from './support/faults.ts';
import { modes, unverifiedModes, verifiedModes } from './support/modes.ts';
import { faultSeed } from './support/random.ts';
import { runOperations } from './support/run-operations.ts';
import { noViolations, violations } from './support/tally.ts';

const seed = faultSeed();
const quiet = { seed, lanes: 4, lieChance: 0, deadlineMs: 500 } as const;
const because = `FAULT_SEED=${seed}`;

describe('the network', { timeout: 300_000 }, () => {
  it('costs time or an error, never the answer, as long as it changes no byte, though nothing is verified', async () => {
    const faultKinds = FAULT_KINDS.filter((kind) => !CHANGES_BYTES.has(kind));
    const pair = [unverifiedModes[0]!, unverifiedModes.at(-1)!];
    const tally = await runOperations({
      ...quiet,
      operations: 60,
      modes: pair,
      faultChance: 0.5,
      faultKinds,
    });
    expect(violations(tally), because).toEqual(noViolations);
    expect(tally.wrongUnverified, because).toBe(0);
    expect([...tally.faults.keys()].sort(), because).toEqual([...faultKinds].sort());
  });

  it('cannot change a bit of a verified answer', async () => {
    const tally = await runOperations({
      ...quiet,
      operations: 30,
      modes: verifiedModes,
      faultChance: 0.7,
      faultKinds: [...CHANGES_BYTES],
    });
    expect(violations(tally), because).toEqual(noViolations);
  });

  it('costs time only where it loses nothing', async () => {
    const tally = await runOperations({
      ...quiet,
      operations: 18,
      modes,
      faultChance: 0.3,
      faultKinds: ['delay', 'slow', 'duplicate', 'reorder'],
      deadlineMs: 30_000,
    });
    expect(violations(tally), because).toEqual(noViolations);
    expect(tally.right, because).toBe(tally.operations);
  });
});

describe('the test bench itself', () => {
  it('notices wrong answers: the same lies, accepted by a client that does not check', async () => {
    const gullible = unverifiedModes.map((mode) => ({ ...mode, name: `${mode.name}, said to be verified` }));
    const tally = await runOperations({
      ...quiet,
      operations: 30,
      modes: gullible,
      faultChance: 0,
      lieChance: 0.6,
      lieKinds: ['bit', 'stale-model'],
    });
    expect(tally.wrongUnverified, because).toBeGreaterThan(0);
    expect(tally.wrong, because).toBe(0);
  });
});
