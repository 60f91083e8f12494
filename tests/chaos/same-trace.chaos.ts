import { expect, it } from 'vitest';
import { compareTraces } from '../faults/support/compare-traces.ts';
import { INPUTS } from '../faults/support/model.ts';
import { verifiedModes } from '../faults/support/modes.ts';
import { faultSeed } from '../faults/support/random.ts';
import { scaled } from './support/figures.ts';

const seed = faultSeed();

it.each(verifiedModes)(
  'two chosen inputs, 10,000 attacked requests each, the same trace: $name',
  async (mode) => {
    const { requests, disturbed, different } = await compareTraces({
      seed,
      requests: scaled(10_000),
      mode,
      inputs: [new Float64Array(INPUTS).fill(-1), new Float64Array(INPUTS).fill(1)],
    });
    console.log(
      `${mode.name}: ${requests} requests of each input, ${disturbed} met a lie: ${different} traces differ`,
    );
    expect(different, `SHAREMESH_FAULT_SEED=${seed}`).toBe(0);
  },
);
