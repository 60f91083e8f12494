import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { Client } from '@sharemesh/client';
import { MeshError } from '@sharemesh/wire/errors';
import { InProcessMesh } from './in-process.ts';
import type { Mode } from './lane.ts';
import { LIE_KINDS, drawLie } from './lies.ts';
import type { LieKind } from './lies.ts';
import { faultBundle } from './model.ts';
import { createRandom } from './random.ts';

export interface TraceOptions {
  readonly seed: number;
  readonly requests: number;
  readonly mode: Mode;
  /** The two inputs that somebody would like to tell apart. */
  readonly inputs: readonly [Float64Array, Float64Array];
  readonly lieKinds?: readonly LieKind[];
}

export interface TraceComparison {
  readonly requests: number;
  /** Of the first input: given up, or answered without some party. */
  readonly disturbed: number;
  /** Inferences whose requests were not the same for both inputs: must be 0. */
  readonly different: number;
  /** Inferences whose outcome was not the same: whether and over whom they were given up. Must be 0 with verification. */
  readonly differentOutcomes: number;
}

/**
 * Two inputs against the same lying parties: is what the parties see of the client the same? The trace is every request
 * with its party, path and size in order.
 */
export async function compareTraces(options: TraceOptions): Promise<TraceComparison> {
  const { mode, inputs, seed, lieKinds = LIE_KINDS } = options;
  const kernels = await loadFieldKernels();
  const bundle = faultBundle();
  const sides = await Promise.all(
    inputs.map(async (x) => {
      const mesh = new InProcessMesh(mode.parties, { kernels, bundle, stale: faultBundle(2) });
      const checks = { planes: bundle.planes };
      const client = await mesh.connect({
        ...mode.options,
        ...(mode.options.verification === 'freivalds' && { checks }),
      });
      return { x, mesh, client };
    }),
  );
  let disturbed = 0;
  let different = 0;
  let differentOutcomes = 0;
  for (let k = 0; k < options.requests; k++) {
    const traces: string[] = [];
    const outcomes: string[] = [];
    for (const { x, mesh, client } of sides) {
      const random = createRandom(seed, k);
      const liar = random.below(mode.parties);
      const kind = random.pick(lieKinds);
      mesh.parties.forEach((party, i) => (party.lie = i === liar ? drawLie(random, kind) : undefined));
      mesh.trace.length = 0;
      const end = await outcome(client, x, { mesh, prepared: mode.prepared ?? false });
      if (x === inputs[0] && end !== 'answered') disturbed++;
      traces.push(JSON.stringify(sorted(mesh)));
      outcomes.push(end);
    }
    if (traces[0] !== traces[1]) different++;
    if (outcomes[0] !== outcomes[1]) differentOutcomes++;
  }
  await Promise.all(sides.map(({ client }) => client.close()));
  return { requests: options.requests, disturbed, different, differentOutcomes };
}

async function outcome(
  client: Client,
  x: Float64Array,
  { mesh, prepared }: { readonly mesh: InProcessMesh; readonly prepared: boolean },
): Promise<string> {
  try {
    if (prepared) await client.prepare(1);
    const { report } = await client.infer(x);
    const faults = report.layers.flatMap((layer) => layer.faults);
    return faults.length === 0 ? 'answered' : `answered without ${JSON.stringify(faults)}`;
  } catch (error) {
    if (!MeshError.is(error)) throw error;
    return `${error.code} ${mesh.urls.indexOf(error.party ?? '')}`;
  }
}

/** Requests to different parties are under way together: only the order at each party is the client's doing. */
const sorted = ({ trace }: InProcessMesh) => trace.map((s) => s).sort((a, b) => a.party - b.party);
