import type { AppContext, Handler } from '../context.ts';
import { header } from '../request/header.ts';
import type { AccessOptions, Scope } from './access-options.ts';
import { Authenticator } from './authenticate.ts';
import { QuotaMeter } from './quota-meter.ts';

/** Wraps a handler so that only clients with the scope, and within their quota, reach it. */
export type Admit = (scope: Scope, handler: Handler) => Handler;

/** The owner where no tokens are configured. */
export const ANONYMOUS = 'anonymous';

export function createAdmit({ tokens = [], quota }: AccessOptions = {}): Admit {
  const authenticator = tokens.length > 0 ? new Authenticator(tokens) : undefined;
  const meter = quota && new QuotaMeter(quota);
  if (!authenticator && !meter) {
    return (_scope, handler) => (c, trail) => {
      trail.owner = ANONYMOUS;
      return handler(c, trail);
    };
  }

  return (scope, handler) => async (c, trail) => {
    const owner = authenticator?.authorize(header(c, 'authorization'), scope) ?? ANONYMOUS;
    trail.owner = owner;
    if (!meter) return handler(c, trail);
    const client = authenticator ? owner : addressOf(c);
    trail.answerHeaders = meter.takeRequest(client, Number(header(c, 'content-length') ?? 0) || 0);
    trail.charge = (bytes) => meter.takeBytes(client, bytes);
    return handler(c, trail);
  };
}

const addressOf = (c: AppContext): string => c.env?.incoming?.socket.remoteAddress ?? 'local';
