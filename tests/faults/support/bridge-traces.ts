import { MeshError } from '@sharemesh/client';
import type { SchemeName, Tier } from '@sharemesh/rlwe';
import { COLUMNS, HostileBridge } from './hostile-bridge.ts';
import type { HostileAnswer } from './hostile-bridge.ts';
import { createRandom } from './random.ts';

export interface BridgeTraceOptions {
  readonly seed: number;
  readonly inferences: number;
  readonly scheme: SchemeName;
  readonly tier: Tier;
}

const LAYERS = 4;

/** Two inputs that somebody would like to tell apart; each is used under two keys. */
const INPUTS = [new Float64Array(COLUMNS).fill(1e-12), new Float64Array(COLUMNS).fill(1e120)];

/**
 * The same hostile bridge against two inputs under two keys each: is what it sees the same? Its answers follow a schedule
 * that is drawn from the seed and knows nothing of the client.
 * @returns inferences that ended in an error, and those whose requests were not the same in all four sessions
 */
export async function bridgeTraces(options: BridgeTraceOptions) {
  const { seed, inferences, scheme, tier } = options;
  const sessions = await Promise.all(
    [...INPUTS, ...INPUTS].map(async (x) => {
      const bridge = await HostileBridge.open({
        layers: LAYERS,
        scheme,
        tier,
        answer: (request) => scheduled(seed, request),
      });
      return { x, bridge, client: await bridge.connect({ retries: 1 }) };
    }),
  );
  let disturbed = 0;
  let different = 0;
  for (let k = 0; k < inferences; k++) {
    const traces = [];
    for (const { x, bridge, client } of sessions) {
      bridge.seen.length = 0;
      const batch = Array.from({ length: 1 + (k % 3) }, (_, row) => (row === 0 ? x : x.map((v) => v / 3)));
      await client.inferBatch(batch).catch((error: unknown) => {
        if (!MeshError.is(error)) throw error;
        disturbed++;
      });
      traces.push(JSON.stringify(bridge.seen));
    }
    if (new Set(traces).size !== 1) different++;
  }
  for (const { client, bridge } of sessions) {
    await client.close();
    await bridge.close();
  }
  return { inferences, disturbed, different };
}

function scheduled(seed: number, request: number): HostileAnswer {
  const random = createRandom(seed, request);
  if (random.chance(0.9)) {
    return random.pick<HostileAnswer>([
      'honest',
      'uniform',
      { constant: random.below(2 ** 27) },
      { constant: -random.below(2 ** 27), terms: [{ coefficient: random.below(1024), factor: 2 ** 24 }] },
    ]);
  }
  return random.pick<HostileAnswer>(['garbage', 'refuse', 'forget-key']);
}
