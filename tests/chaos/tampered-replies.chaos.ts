import { loadFieldKernels } from '@sharemesh/kernels/field';
import { MeshError } from '@sharemesh/wire/errors';
import { expect, it } from 'vitest';
import { InProcessMesh } from '../faults/support/in-process.ts';
import { drawLie } from '../faults/support/lies.ts';
import { INPUTS, faultBundle } from '../faults/support/model.ts';
import { createRandom, faultSeed } from '../faults/support/random.ts';
import { scaled } from './support/figures.ts';

it('100,000 tampered replies, verified: none accepted, every liar named', async () => {
  const seed = faultSeed();
  const bundle = faultBundle();
  const options = { kernels: await loadFieldKernels(), bundle, stale: faultBundle(2) };
  const mesh = new InProcessMesh(2, options);
  const client = await mesh.connect({ verification: 'freivalds', checks: { planes: bundle.planes } });
  const x = new Float64Array(INPUTS).fill(0.5);
  await client.infer(x);
  const target = scaled(100_000);
  let tampered = 0;
  let accepted = 0;
  let misnamed = 0;
  for (let k = 0; tampered < target; k++) {
    const random = createRandom(seed, k);
    const liar = random.below(2);
    const before = mesh.parties[liar]!.lies;
    mesh.parties.forEach((party, i) => {
      party.lie =
        i === liar ? drawLie(random, random.pick(['add', 'bit', 'constant', 'negated', 'later'])) : undefined;
    });
    const error = await client.infer(x).catch((error: unknown) => error);
    const lies = mesh.parties[liar]!.lies - before;
    tampered += lies;
    if (lies === 0) continue;
    if (!MeshError.is(error)) accepted++;
    else if (error.code !== 'WRONG_REPLY' || error.party !== mesh.urls[liar]) misnamed++;
  }
  console.log(`${tampered} tampered replies: ${accepted} accepted, ${misnamed} with the wrong name`);
  expect({ accepted, misnamed }, `FAULT_SEED=${seed}`).toEqual({ accepted: 0, misnamed: 0 });
});
