import { expect, it } from 'vitest';
import { bridgeTraces } from '../faults/support/bridge-traces.ts';
import { compareTraces } from '../faults/support/compare-traces.ts';
import { modes } from '../faults/support/modes.ts';
import { faultSeed } from '../faults/support/random.ts';
import { scaled } from './support/figures.ts';

const seed = faultSeed();
const hint = `FAULT_SEED=${seed}`;

const meshes = modes.flatMap((mode) =>
  (['ordinary', 'hostile'] as const).map((model) => ({ name: mode.name, mode, model })),
);

it.each(meshes)(
  'two chosen inputs, 1,000 attacked inferences each, the same trace: $name, $model model',
  async ({ name, mode, model }) => {
    const result = await compareTraces({ seed, inferences: scaled(1_000), mode, model });
    const { inferences, disturbed, different } = result;
    console.log(
      `${name}, ${model}: ${inferences} inferences of each input, ${disturbed} disturbed, ${different} traces differ`,
    );
    expect(result, hint).toMatchObject({ different: 0, idsReused: 0 });
    if (mode.verified) expect(result.differentOutcomes, hint).toBe(0);
  },
);

const bridges = (['ckks', 'bfv'] as const).flatMap((scheme) =>
  (['circuit-private', 'public-model'] as const).map((tier) => ({ scheme, tier })),
);

it.each(bridges)(
  'two inputs under two keys, 1,000 attacked inferences each, the same trace: $scheme, $tier',
  async (bridge) => {
    const result = await bridgeTraces({ seed, inferences: scaled(1_000), ...bridge });
    const { inferences, disturbed, different } = result;
    console.log(
      `${bridge.scheme}, ${bridge.tier}: ${inferences} inferences of 2 inputs under 2 keys, ${disturbed} disturbed, ${different} traces differ`,
    );
    expect(result, hint).toMatchObject({ different: 0, idsReused: 0 });
  },
);
