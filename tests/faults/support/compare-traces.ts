import { connectWith } from '@sharemesh/client';
import type { PartiesOptions } from '@sharemesh/client';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { Adversary, MISCHIEF, drawPlan } from './adversary.ts';
import type { Mischief } from './adversary.ts';
import { compareSessions } from './compare-sessions.ts';
import type { Session, TraceComparison } from './compare-sessions.ts';
import { connectStopping } from './early-stop.ts';
import { ACTIVATIONS, hostileBundle } from './hostile-model.ts';
import { InProcessMesh } from './in-process.ts';
import type { Mode } from './lane.ts';
import { LIE_KINDS, drawLie } from './lies.ts';
import type { LieKind } from './lies.ts';
import { INPUTS, faultBundle } from './model.ts';
import { createRandom } from './random.ts';

export interface TraceOptions {
  readonly seed: number;
  readonly inferences: number;
  readonly mode: Mode;
  /** `ordinary`: two layers, inputs of −1 and 1. `hostile`: numbers that lead out of the range, inputs of 1e-12 and 1e120. */
  readonly model: 'ordinary' | 'hostile';
  /** Default all; none: only mischief. */
  readonly lieKinds?: readonly LieKind[];
  /** The control: a client that ends an inference by its values. */
  readonly stops?: (y: Float64Array) => boolean;
}

interface TraceModel {
  readonly bundle: ModelBundle;
  readonly stale: ModelBundle;
  /** The two inputs that somebody would like to tell apart. */
  readonly inputs: readonly [number, number];
  readonly options: Partial<PartiesOptions>;
}

function traceModel(name: TraceOptions['model']): TraceModel {
  if (name === 'ordinary') {
    return { bundle: faultBundle(), stale: faultBundle(2), inputs: [-1, 1], options: {} };
  }
  const model = { modelId: 'faults', columns: INPUTS, activations: ACTIVATIONS };
  const [bundle, stale] = [hostileBundle(model), hostileBundle({ ...model, weight: 0.5 })];
  // no fixed number of fraction bits holds numbers as large as these
  return { bundle, stale, inputs: [1e-12, 1e120], options: { fractionBits: undefined } as object };
}

/**
 * Where some replies are not needed, and where layers are prepared side by side, what comes of a reply that comes late, or
 * after a pause, is up to the clock. There a server answers at once or never.
 */
const AT_ONCE = MISCHIEF.filter((kind) => kind !== 'job');

/** Two inputs against the same lying parties: is what the parties see of the client the same? */
export async function compareTraces(options: TraceOptions): Promise<TraceComparison> {
  const { mode, seed, lieKinds = LIE_KINDS } = options;
  const { bundle, stale, inputs, options: ofModel } = traceModel(options.model);
  const kernels = await loadFieldKernels();
  const racing = mode.prepared === true || mode.options.sharing?.scheme === 'shamir';
  const kinds: readonly Mischief[] = racing ? AT_ONCE : MISCHIEF;
  const sessions = await Promise.all(
    inputs.map(async (value): Promise<Session> => {
      const mesh = new InProcessMesh(mode.parties, { kernels, bundle, stale });
      const adversary = new Adversary(mesh.transport, mesh.urls);
      const connect: PartiesOptions = {
        ...mesh.options,
        ...mode.options,
        ...(mode.options.verification === 'freivalds' && { checks: { planes: bundle.planes } }),
        retries: racing ? 0 : 1,
        onProgress: ({ layer, phase }) => adversary.progress.push(`${layer} ${phase}`),
        ...ofModel,
      };
      const { stops } = options;
      const client = stops
        ? await connectStopping(adversary.transport, connect, stops)
        : await connectWith(adversary.transport, connect);
      return {
        client,
        adversary,
        prepared: mode.prepared ?? false,
        rows: (k) =>
          Array.from({ length: 1 + (k % 3) }, (_, row) => new Float64Array(INPUTS).fill(value / (row + 1))),
        arrange(k) {
          const random = createRandom(seed, k);
          const liar = random.below(mode.parties);
          // not always: with checks, few inferences would come beyond the first layer
          const lies = lieKinds.length > 0 && random.chance(0.7);
          const lie = lies ? drawLie(random, random.pick(lieKinds)) : undefined;
          mesh.parties.forEach((party, i) => (party.lie = i === liar ? lie : undefined));
          adversary.plan = random.chance(0.3) ? drawPlan(random, liar, kinds) : () => undefined;
        },
      };
    }),
  );
  return compareSessions(sessions, options.inferences);
}

/** What honest parties see of two inferences under way together: the requests, in no order, as none is promised. */
export async function concurrentTrace(mode: Mode, values: readonly [number, number]): Promise<string[]> {
  const { bundle, stale } = traceModel('ordinary');
  const mesh = new InProcessMesh(mode.parties, { kernels: await loadFieldKernels(), bundle, stale });
  const adversary = new Adversary(mesh.transport, mesh.urls);
  const client = await connectWith(adversary.transport, {
    ...mesh.options,
    ...mode.options,
    ...(mode.options.verification === 'freivalds' && { checks: { planes: bundle.planes } }),
  });
  if (mode.prepared) await client.prepare(2);
  adversary.take();
  await Promise.all(values.map((value) => client.infer(new Float64Array(INPUTS).fill(value))));
  await client.close();
  const [sightings] = JSON.parse(adversary.take()) as [unknown[], string[]];
  return sightings.map((sighting) => JSON.stringify(sighting)).sort();
}
