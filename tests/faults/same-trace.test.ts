import { describe, expect, it } from 'vitest';
import { compareTraces, concurrentTrace } from './support/compare-traces.ts';
import { modes } from './support/modes.ts';
import { faultSeed } from './support/random.ts';

const seed = faultSeed();
const hint = `FAULT_SEED=${seed}`;
const [unverified] = modes.filter(({ verified }) => !verified) as [(typeof modes)[0]];

describe.each(['ordinary', 'hostile'] as const)(
  'two chosen inputs against the same lying parties, %s model',
  (model) => {
    it.each(modes)('leave the same trace of requests: $name', async (mode) => {
      const result = await compareTraces({ seed, inferences: 30, mode, model });
      expect(result, hint).toMatchObject({ different: 0, idsReused: 0 });
      expect(result.disturbed, hint).toBeGreaterThan(0);
      if (mode.verified) expect(result.differentOutcomes, hint).toBe(0);
    });
  },
);

describe.each(modes)('two inferences at once over one client: $name', (mode) => {
  it('send the same requests whichever input comes first', async () => {
    const [first, second] = await Promise.all([
      concurrentTrace(mode, [-1, 1]),
      concurrentTrace(mode, [1, -0.25]),
    ]);
    expect(second).toEqual(first);
    expect(first.length).toBeGreaterThanOrEqual(2 * 2 * (mode.prepared ? 1 : mode.parties));
  });
});

describe('the comparison of traces', () => {
  it.each(modes)('notices a client that ends an inference by its values: $name', async (mode) => {
    const stops = ([first]: Float64Array) => first! > 0;
    // lies would end most inferences of a mode with checks before their values matter
    const options = { seed, inferences: 10, mode, model: 'ordinary', lieKinds: [], stops } as const;
    const { different } = await compareTraces(options);
    expect(different, hint).toBeGreaterThan(0);
  });

  it('leaves out what the application sees: without verification that can differ, as THREAT_MODEL.md says', async () => {
    // the lie lands in the first layer's output; whether the second layer's input is in range then depends on x
    const lieKinds = ['add', 'constant'] as const;
    const options = { seed, inferences: 60, mode: unverified, model: 'ordinary', lieKinds } as const;
    const { different, differentOutcomes } = await compareTraces(options);
    expect(different, hint).toBe(0);
    expect(differentOutcomes, hint).toBeGreaterThan(0);
  });
});
