import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { closeAll, openClient, recordQuotient, startParties, timeClients } from './clients.ts';

const ADDITIVE = 'additive, all 3';
const SHAMIR = 'shamir, any 2 of 3';

/** The price of going without a party: Shamir's sharing beside the additive one, over the same three parties. */
export async function measureSchemes(lab: Lab, shape: Shape): Promise<void> {
  const parties = await startParties(lab, shape, 3);
  const verified = { verification: 'cross' } as const;
  const clients = {
    [ADDITIVE]: await openClient(parties, shape, verified),
    [SHAMIR]: await openClient(parties, shape, { ...verified, sharing: { scheme: 'shamir', threshold: 2 } }),
  };
  try {
    const samples = await timeClients(lab, shape, clients);
    recordQuotient(lab, targets.shamirCall, samples, [SHAMIR, ADDITIVE]);
  } finally {
    await closeAll(clients, parties);
  }
}
