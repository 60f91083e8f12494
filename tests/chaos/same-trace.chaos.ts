import { expect, it } from 'vitest';
import { bridgeTraces } from '../faults/support/bridge-traces.ts';
import { compareTraces } from '../faults/support/compare-traces.ts';
import { INPUTS } from '../faults/support/model.ts';
import { modes } from '../faults/support/modes.ts';
import { faultSeed } from '../faults/support/random.ts';
import { scaled } from './support/figures.ts';

const seed = faultSeed();

it.each(modes)('two chosen inputs, 10,000 attacked inferences each, the same trace: $name', async (mode) => {
  const { requests, disturbed, different, differentOutcomes } = await compareTraces({
    seed,
    requests: scaled(10_000),
    mode,
    inputs: [new Float64Array(INPUTS).fill(-1), new Float64Array(INPUTS).fill(1)],
  });
  console.log(
    `${mode.name}: ${requests} inferences of each input, ${disturbed} met a lie: ${different} traces differ`,
  );
  expect(different, `FAULT_SEED=${seed}`).toBe(0);
  if (mode.verified) expect(differentOutcomes, `FAULT_SEED=${seed}`).toBe(0);
});

const bridges = (['ckks', 'bfv'] as const).flatMap((scheme) =>
  (['circuit-private', 'public-model'] as const).map((tier) => ({ scheme, tier })),
);

it.each(bridges)(
  '10,000 inferences over a hostile bridge, the same trace: $scheme, $tier',
  async (bridge) => {
    const { inferences, disturbed, different } = await bridgeTraces({
      seed,
      inferences: scaled(10_000),
      ...bridge,
    });
    console.log(
      `${bridge.scheme}, ${bridge.tier}: ${inferences} inferences of 2 inputs under 2 keys, ${disturbed} ended in an error: ${different} traces differ`,
    );
    expect(different, `FAULT_SEED=${seed}`).toBe(0);
  },
);
