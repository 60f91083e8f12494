import { connectWith } from '@sharemesh/client';
import type { BridgeOptions } from '@sharemesh/client';
import type { SchemeName, Tier } from '@sharemesh/rlwe';
import { Adversary, drawPlan } from './adversary.ts';
import { compareSessions } from './compare-sessions.ts';
import type { Session, TraceComparison } from './compare-sessions.ts';
import { connectStopping } from './early-stop.ts';
import { HostileBridge, withChosenRandomness } from './hostile-bridge.ts';
import type { HostileAnswer } from './hostile-bridge.ts';
import { ACTIVATIONS, hostileBundle } from './hostile-model.ts';
import { createRandom } from './random.ts';

export interface BridgeTraceOptions {
  readonly seed: number;
  readonly inferences: number;
  readonly scheme: SchemeName;
  readonly tier: Tier;
  /** The control: a client that ends an inference by its values. */
  readonly stops?: (y: Float64Array) => boolean;
}

const COLUMNS = 8;
const MAX_BATCH = 2;

/** Two inputs that somebody would like to tell apart, and two keys: each input is used under each key. */
const INPUTS = [1e-12, 1e120];
const KEYS = [1, 2];

/** The same hostile bridge against two inputs under two keys each: is what it sees the same? */
export async function bridgeTraces(options: BridgeTraceOptions): Promise<TraceComparison> {
  const { seed, inferences, scheme, tier, stops } = options;
  const bundle = hostileBundle({ modelId: 'm', columns: COLUMNS, activations: ACTIVATIONS });
  const sessions: Session[] = [];
  const bridges: HostileBridge[] = [];
  for (const value of INPUTS) {
    for (const key of KEYS) {
      let random = createRandom(seed);
      const answer = () => draw(random);
      const bridge = await HostileBridge.open({ bundle, scheme, tier, maxBatchSize: MAX_BATCH, answer });
      const adversary = new Adversary(bridge.transport, [HostileBridge.url]);
      const connect: BridgeOptions = {
        ...bridge.options,
        retries: 1,
        onProgress: ({ layer, phase }) => adversary.progress.push(`${layer} ${phase}`),
      };
      const client = await withChosenRandomness(key, () =>
        stops
          ? connectStopping(adversary.transport, connect, stops)
          : connectWith(adversary.transport, connect),
      );
      bridges.push(bridge);
      sessions.push({
        client,
        adversary,
        // up to three parts
        rows: (k) =>
          Array.from({ length: 1 + (k % (2 * MAX_BATCH + 1)) }, (_, row) =>
            new Float64Array(COLUMNS).fill(value / (row + 1)),
          ),
        arrange(k) {
          random = createRandom(seed, k);
          adversary.plan = random.chance(0.3) ? drawPlan(random, 0) : () => undefined;
        },
      });
    }
  }
  const comparison = await compareSessions(sessions, inferences);
  for (const bridge of bridges) await bridge.close();
  return comparison;
}

/** Without knowing anything of the client. */
const draw = (random: ReturnType<typeof createRandom>): HostileAnswer =>
  random.pick<HostileAnswer>([
    'honest',
    'uniform',
    { constant: random.below(2 ** 27) },
    { constant: -random.below(2 ** 27), terms: [{ coefficient: random.below(1024), factor: 2 ** 24 }] },
    { constant: 0, terms: [{ coefficient: random.below(1024), factor: 2 ** 24 }] },
  ]);
