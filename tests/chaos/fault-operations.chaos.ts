import { expect, it } from 'vitest';
import { modes } from '../faults/support/modes.ts';
import { faultSeed } from '../faults/support/random.ts';
import { runOperations } from '../faults/support/run-operations.ts';
import { formatTally, noViolations, violations } from '../faults/support/tally.ts';
import { scaled } from './support/figures.ts';

it('10,000 operations under faults and lies, in every mode', async () => {
  const seed = faultSeed();
  console.log(`FAULT_SEED=${seed}`);
  const tally = await runOperations({
    seed,
    operations: scaled(10_000),
    modes,
    lanes: 12,
    faultChance: 0.35,
    lieChance: 0.25,
  });
  console.log(formatTally(tally));
  expect(violations(tally), `FAULT_SEED=${seed}`).toEqual(noViolations);
});
