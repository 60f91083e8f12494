import { undiciTransport } from '@sharemesh/client/node';
import type { Transport } from '@sharemesh/client/node';
import { summarize, ratioOf } from '../../measure/statistics.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { closeAll, openClient, startParties, timeClients } from './clients.ts';

const HEALTHY = 'all five well';
const DEGRADED = 'one down, one lying';

/** Shamir, 3 of 5, checked: with five good parties, and with one that is gone and one whose replies are false. */
export async function measureDegraded(lab: Lab, shape: Shape): Promise<void> {
  const parties = await startParties(lab, shape, 5);
  const [down, liar, ...good] = parties as [(typeof parties)[0], (typeof parties)[0]];
  const options = { verification: 'cross', sharing: { scheme: 'shamir', threshold: 3 } } as const;
  const lying = { now: false };
  const clients = {
    [HEALTHY]: await openClient(parties, shape, options),
    [DEGRADED]: await openClient(parties, shape, options, falsify(undiciTransport(), liar.url, lying)),
  };
  try {
    // one after the other: a party cannot be down for one client and up for the other
    const healthy = await timeClients(lab, shape, { [HEALTHY]: clients[HEALTHY]! });
    await down.stop();
    lying.now = true;
    const degraded = await timeClients(lab, shape, { [DEGRADED]: clients[DEGRADED]! });
    const [a, b] = [degraded.get(DEGRADED)!, healthy.get(HEALTHY)!];
    const rounds = Math.min(a.length, b.length);
    const values = [
      { title: DEGRADED, value: summarize(a).median },
      { title: HEALTHY, value: summarize(b).median },
    ];
    lab.record.ratio(targets.degradedCall, ratioOf(a.slice(0, rounds), b.slice(0, rounds)), {
      sides: { unit: 'ms', values },
    });
  } finally {
    await closeAll(clients, [liar, ...good]);
  }
}

/** Replies of one server with a bit of their last element flipped, from when `lying.now` is set. */
function falsify(transport: Transport, url: string, lying: { readonly now: boolean }): Transport {
  return {
    ...transport,
    async request(request) {
      const response = await transport.request(request);
      if (!lying.now || request.method !== 'POST' || request.url.origin !== new URL(url).origin)
        return response;
      const body = response.body.slice();
      body[body.length - 8]! ^= 1;
      return { ...response, body };
    },
  };
}
