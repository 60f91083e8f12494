import { describe, expect, it } from 'vitest';
import { compareTraces } from './support/compare-traces.ts';
import { INPUTS } from './support/model.ts';
import { modes, verifiedModes } from './support/modes.ts';
import { faultSeed } from './support/random.ts';

const seed = faultSeed();
const base = {
  seed,
  requests: 60,
  inputs: [new Float64Array(INPUTS).fill(-1), new Float64Array(INPUTS).fill(1)],
} as const;

describe('two chosen inputs against the same lying parties', () => {
  it.each(verifiedModes)('leave the same trace of requests and aborts: $name', async (mode) => {
    const { disturbed, different } = await compareTraces({ ...base, mode });
    expect(different, `SHAREMESH_FAULT_SEED=${seed}`).toBe(0);
    expect(disturbed).toBeGreaterThan(0);
  });

  it('can leave different ones without verification, as THREAT_MODEL.md says', async () => {
    // the lie lands in the first layer's output; whether the second layer is asked for then depends on x
    const [mode] = modes.filter(({ verified }) => !verified) as [(typeof modes)[0]];
    const { different } = await compareTraces({ ...base, mode, lieKinds: ['add', 'constant'] });
    expect(different).toBeGreaterThan(0);
  });
});
