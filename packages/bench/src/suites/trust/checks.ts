import { loadFieldKernels } from '@sharemesh/kernels/field';
import { loadBundle } from '@sharemesh/model/node';
import { drawCheckVector } from '@sharemesh/shares';
import { interleave } from '../../measure/interleave.ts';
import { summarize } from '../../measure/statistics.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { closeAll, openClient, recordQuotient, startParties, timeClients } from './clients.ts';

const PLAIN = 'two parties, believed';
const CHECKED = 'the same, every reply checked';

/** Calls with and without checks, and what a client with the weights spends once to make its own. */
export async function measureChecks(lab: Lab, shape: Shape): Promise<void> {
  const files = await lab.models.files(shape);
  const { planes, manifest } = await loadBundle(await files.bundle(14));
  const kernels = await loadFieldKernels();
  const [layer] = manifest.inference.layers as [(typeof manifest.inference.layers)[0]];
  const draw = {
    name: 'draw',
    run: () => drawCheckVector(kernels, planes[0]!, layer.output_size, layer.input_size),
  };
  const drawn = await interleave([draw], lab.productPace, lab.signal);
  const { median, p10, p90 } = summarize(drawn.get('draw')!);
  lab.record.figure(targets.checkSetup, median, { spread: [p10, p90] });

  const parties = await startParties(lab, shape, 2);
  const clients = {
    [PLAIN]: await openClient(parties, shape),
    [CHECKED]: await openClient(parties, shape, { verification: 'freivalds', checks: { planes } }),
  };
  try {
    const samples = await timeClients(lab, shape, clients);
    recordQuotient(lab, targets.checkedCall, samples, [CHECKED, PLAIN]);
  } finally {
    await closeAll(clients, parties);
  }
}
