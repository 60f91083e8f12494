import { describe, expect, it } from 'vitest';
import { compareTraces } from './support/compare-traces.ts';
import type { TraceOptions } from './support/compare-traces.ts';
import { INPUTS } from './support/model.ts';
import { faultSeed } from './support/random.ts';

const seed = faultSeed();
const inputs = [new Float64Array(INPUTS).fill(-1), new Float64Array(INPUTS).fill(1)] as const;
const base: TraceOptions = {
  seed,
  requests: 60,
  parties: 2,
  options: { verification: 'freivalds' },
  verified: true,
  inputs: [...inputs],
};

describe('two chosen inputs against the same lying parties', () => {
  it('leave the same trace of requests and aborts: additive sharing, verified', async () => {
    const { aborted, different } = await compareTraces(base);
    expect(different, `SHAREMESH_FAULT_SEED=${seed}`).toBe(0);
    expect(aborted).toBeGreaterThan(30);
  });

  it('leave the same trace: shamir, verified', async () => {
    const options = { ...base.options, sharing: { scheme: 'shamir', threshold: 2 } } as const;
    const { different } = await compareTraces({ ...base, parties: 2, options });
    expect(different, `SHAREMESH_FAULT_SEED=${seed}`).toBe(0);
  });

  it('can leave different ones without verification, as THREAT_MODEL.md says', async () => {
    // the lie lands in the first layer's output; whether the second layer is asked for then depends on x
    const { different } = await compareTraces({
      ...base,
      requests: 60,
      options: {},
      verified: false,
      lieKinds: ['add', 'constant'],
    });
    expect(different).toBeGreaterThan(0);
  });
});
