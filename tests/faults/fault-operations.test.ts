import { expect, it } from 'vitest';
import { modes } from './support/modes.ts';
import { faultSeed } from './support/random.ts';
import { runOperations } from './support/run-operations.ts';
import { formatTally, noViolations, violations } from './support/tally.ts';

it('200 operations under faults and lies, in every mode: nothing wrong is accepted, nothing hangs, nothing leaks', async () => {
  const seed = faultSeed();
  console.log(`FAULT_SEED=${seed}`);
  const tally = await runOperations({
    seed,
    operations: 200,
    modes,
    lanes: 5,
    deadlineMs: 500,
    faultChance: 0.35,
    lieChance: 0.25,
  });
  console.log(formatTally(tally));
  expect(violations(tally), `FAULT_SEED=${seed}`).toEqual(noViolations);
}, 300_000);
