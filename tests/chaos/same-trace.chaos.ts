import { expect, it } from 'vitest';
import { compareTraces } from '../faults/support/compare-traces.ts';
import { INPUTS } from '../faults/support/model.ts';
import { faultSeed } from '../faults/support/random.ts';
import { scaled } from './support/figures.ts';

it('two chosen inputs, 10,000 attacked requests each: the same aborts, the same requests', async () => {
  const seed = faultSeed();
  const { requests, aborted, different } = await compareTraces({
    seed,
    requests: scaled(10_000),
    parties: 2,
    options: { verification: 'freivalds' },
    verified: true,
    inputs: [new Float64Array(INPUTS).fill(-1), new Float64Array(INPUTS).fill(1)],
  });
  console.log(`${requests} requests of each input, ${aborted} aborted: ${different} traces differ`);
  expect(different, `SHAREMESH_FAULT_SEED=${seed}`).toBe(0);
});
