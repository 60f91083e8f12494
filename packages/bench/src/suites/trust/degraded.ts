import { undiciTransport } from '@sharemesh/client/node';
import type { Transport } from '@sharemesh/client/node';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { closeAll, openClient, recordQuotient, startParties, timeClients } from './clients.ts';

const HEALTHY = 'all five well';
const DEGRADED = 'one down, one lying';

/** Nothing listens here: a connection is refused, as by a machine whose server has ended. */
const NOWHERE = 'http://127.0.0.1:1';

/** Shamir, 3 of 5, checked: one client has five good parties; to the other, one is gone and one replies falsely. */
export async function measureDegraded(lab: Lab, shape: Shape): Promise<void> {
  const parties = await startParties(lab, shape, 5);
  const options = { verification: 'cross', sharing: { scheme: 'shamir', threshold: 3 } } as const;
  const trouble = { down: parties[0]!.url, liar: parties[1]!.url, begun: false };
  const clients = {
    [HEALTHY]: await openClient(parties, shape, options),
    [DEGRADED]: await openClient(parties, shape, options, troubled(undiciTransport(), trouble)),
  };
  try {
    trouble.begun = true;
    const samples = await timeClients(lab, shape, clients);
    recordQuotient(lab, targets.degradedCall, samples, [DEGRADED, HEALTHY]);
  } finally {
    await closeAll(clients, parties);
  }
}

interface Trouble {
  readonly down: string;
  readonly liar: string;
  readonly begun: boolean;
}

/** Once the trouble has begun, one server cannot be reached, and a bit of the last element of another's replies is flipped. */
function troubled(transport: Transport, trouble: Trouble): Transport {
  const isFrom = (url: string, request: { readonly url: URL }) =>
    trouble.begun && request.url.origin === new URL(url).origin;
  return {
    ...transport,
    async request(request) {
      const url = isFrom(trouble.down, request) ? new URL(request.url.pathname, NOWHERE) : request.url;
      const response = await transport.request({ ...request, url });
      if (!isFrom(trouble.liar, request)) return response;
      const body = response.body.slice();
      body[body.length - 8]! ^= 1;
      return { ...response, body };
    },
  };
}
