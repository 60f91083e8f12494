import { describe, expect, it } from 'vitest';
import { compareTraces } from './support/compare-traces.ts';
import { INPUTS } from './support/model.ts';
import { modes } from './support/modes.ts';
import { faultSeed } from './support/random.ts';

const seed = faultSeed();
const base = {
  seed,
  requests: 60,
  inputs: [new Float64Array(INPUTS).fill(-1), new Float64Array(INPUTS).fill(1)],
} as const;

describe('two chosen inputs against the same lying parties', () => {
  it.each(modes)('leave the same trace of requests: $name', async (mode) => {
    const { disturbed, different, differentOutcomes } = await compareTraces({ ...base, mode });
    expect(different, `FAULT_SEED=${seed}`).toBe(0);
    if (!mode.verified) return;
    expect(differentOutcomes, `FAULT_SEED=${seed}`).toBe(0);
    expect(disturbed).toBeGreaterThan(0);
  });

  it('can end differently for the application without verification, as THREAT_MODEL.md says', async () => {
    // the lie lands in the first layer's output; whether the second layer's input is in range then depends on x
    const [mode] = modes.filter(({ verified }) => !verified) as [(typeof modes)[0]];
    const lies = { ...base, mode, lieKinds: ['add', 'constant'] } as const;
    const { different, differentOutcomes } = await compareTraces(lies);
    expect(different, `FAULT_SEED=${seed}`).toBe(0);
    expect(differentOutcomes).toBeGreaterThan(0);
  });
});
