import type { Hono } from 'hono';
import type { AppEnv, Handler } from '../context.ts';
import { observe } from '../observe.ts';
import { Refusal } from '../refusal.ts';
import type { Services } from '../services.ts';

/**
 * One path and its methods; HEAD comes with GET, any other method is 405. One handler per path and no middleware in
 * front of it: Hono then calls it without composing a chain for every request.
 */
export function route(
  app: Hono<AppEnv>,
  services: Services,
  path: string,
  handlers: Readonly<Partial<Record<'GET' | 'POST' | 'PUT', Handler>>>,
): void {
  const byMethod = new Map<string, Handler>(Object.entries(handlers));
  if (handlers.GET) byMethod.set('HEAD', handlers.GET);
  const allow = [...byMethod.keys()].join(', ');
  app.all(
    path,
    observe(services, path, (c, trail) => {
      const handler = byMethod.get(c.req.method);
      if (handler) return handler(c, trail);
      throw new Refusal('METHOD_NOT_ALLOWED', `it takes ${allow}`, { allow });
    }),
  );
}
