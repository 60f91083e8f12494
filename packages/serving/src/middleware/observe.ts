import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { AppContext, AppEnv } from '../context.ts';
import type { Services } from '../services.ts';

/** One log line and one observation per request. Written when the answer is ready, without the request's content. */
export function observe({ logger, metrics }: Services): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    c.set('owner', 'anonymous');
    await next();
    const ms = performance.now() - start;
    const { method } = c.req;
    const { status } = c.res;
    const route = routeOf(c);
    const bytes = c.get('bytesIn') ?? 0;
    metrics?.request(knownMethod(method), route, status, ms / 1_000, bytes);
    if (!logger) return;
    const line = {
      method: knownMethod(method),
      route,
      status,
      ms: Math.round(ms * 1_000) / 1_000,
      bytes,
      request_id: c.get('requestId'),
      model: c.get('model'),
    };
    if (status >= 500) logger.warn(line, 'request');
    else logger.info(line, 'request');
  };
}

/** The pattern, not the path: paths hold job ids. */
function routeOf(c: AppContext): string {
  const route = routePath(c, -1);
  return route === '/*' || route === '*' ? 'none' : route;
}

const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']);

/** Clients may invent methods; the logs and the metrics' labels do not grow with them. */
const knownMethod = (method: string): string => (methods.has(method) ? method : 'OTHER');
