import type { AppContext, Handler, Route, Trail } from './context.ts';
import { describeError } from './logger.ts';
import { problemResponse } from './problem-response.ts';
import { readTraceId } from './trace-context.ts';
import type { Services } from './services.ts';

const newTrail = (): Trail => ({
  owner: '',
  requestId: undefined,
  model: undefined,
  bytesIn: 0,
  charge: undefined,
  answerHeaders: undefined,
});

/**
 * The handler, with its failures turned into problems, one log line and one observation in the metrics per request.
 * `route` is the pattern, not the path, which may hold a job id. Nothing of the request's content is written.
 */
export function observe({ logger, metrics }: Services, route: string, handler: Handler): Route {
  // these lines are made of the fields below and nothing else: there is nothing to redact, which costs more than to write
  const requests = logger?.child({}, { redact: [] });

  return async (c) => {
    const start = performance.now();
    const trail = newTrail();
    let response: Response;
    try {
      response = await handler(c, trail);
    } catch (error) {
      response = problemResponse(error, trail.requestId);
      if (response.status === 500)
        logger?.error({ route, error: describeError(error) }, 'unexpected failure');
    }
    const { answerHeaders } = trail;
    if (answerHeaders) {
      for (const [name, value] of Object.entries(answerHeaders)) response.headers.set(name, value);
    }
    note(c, trail, response.status, performance.now() - start);
    return response;
  };

  function note(c: AppContext, trail: Trail, status: number, ms: number): void {
    const method = knownMethod(c.req.method);
    const { owner, requestId, model, bytesIn: bytes } = trail;
    metrics?.request(method, route, status, ms / 1_000, bytes);
    const level = status >= 500 ? 'warn' : 'info';
    if (!requests?.isLevelEnabled(level)) return;
    requests[level](
      {
        method,
        route,
        status,
        ms: Math.round(ms * 1_000) / 1_000,
        bytes,
        client: owner || undefined,
        request_id: requestId,
        model: model && `${model.model_id}@${model.version}`,
        trace_id: readTraceId(c),
      },
      'request',
    );
  }
}

const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']);

/** Clients may invent methods; the logs and the metrics' labels do not grow with them. */
const knownMethod = (method: string): string => (methods.has(method) ? method : 'OTHER');
