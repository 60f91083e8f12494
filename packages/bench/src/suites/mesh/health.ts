import { setTimeout as sleep } from 'node:timers/promises';
import { undiciTransport } from '@sharemesh/client/node';
import { quantile } from '../../measure/statistics.ts';
import { modelIdOf } from '../../models.ts';
import { startParty } from '../../servers/party-program.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';

const BATCH = 64;
const PAUSE_MS = 5;

/** How long a load balancer waits for a sign of life while all threads of a party compute. */
export async function measureHealth(lab: Lab, shape: Shape): Promise<void> {
  const { models, processes, party, record, scope, signal } = lab;
  const folder = await (await models.files(shape)).bundle(14);
  const server = await startParty(processes, party, [folder], 0);
  const transport = undiciTransport();
  try {
    const load = await processes.startOwn('load', [
      server.url,
      modelIdOf(shape, 14),
      String(shape.sizes[0]),
      String(BATCH),
    ]);
    const health = {
      method: 'GET',
      url: new URL('v1/health', `${server.url}/`),
      headers: {},
      signal,
      maxResponseBytes: 4_096,
    } as const;
    const times: number[] = [];
    const until = performance.now() + (scope.quick ? 4_000 : 20_000);
    while (performance.now() < until) {
      const began = performance.now();
      await transport.request(health);
      times.push(performance.now() - began);
      await sleep(PAUSE_MS, undefined, { signal });
    }
    await load.stop();
    const sorted = times.toSorted((a, b) => a - b);
    record.figure(targets.health, quantile(sorted, 0.99), {
      sides: {
        unit: 'ms',
        values: [
          { title: 'p50', value: quantile(sorted, 0.5) },
          { title: 'p99', value: quantile(sorted, 0.99) },
        ],
      },
      note: `${times.length} requests`,
    });
  } finally {
    await transport.close();
    await server.stop();
  }
}
