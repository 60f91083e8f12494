import type { Handler } from '../context.ts';
import { describeParty } from '../party.ts';
import type { Services } from '../services.ts';

/** GET /v1/party: who runs this server. */
export function party(services: Services): Handler {
  const body = describeParty(services.party);
  return (c) => c.json(body, 200, { 'cache-control': 'no-store' });
}
