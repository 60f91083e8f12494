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
    return (_scope, handler) => (c) => {
      c.set('owner', ANONYMOUS);
      return handler(c);
    };
  }

  return (scope, handler) => async (c) => {
    const owner = authenticator?.authorize(header(c, 'authorization'), scope) ?? ANONYMOUS;
    c.set('owner', owner);
    if (!meter) return handler(c);
    const client = authenticator ? owner : addressOf(c);
    const limits = meter.takeRequest(client, Number(header(c, 'content-length') ?? 0) || 0);
    c.set('answerHeaders', limits);
    try {
      return await handler(c);
    } finally {
      meter.takeBytes(client, c.get('bytesIn') ?? 0);
    }
  };
}

const addressOf = (c: AppContext): string => c.env?.incoming?.socket.remoteAddress ?? 'local';
