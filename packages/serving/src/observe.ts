import type { AppContext, Handler } from './context.ts';
import { describeError } from './logger.ts';
import { problemResponse } from './problem-response.ts';
import { readTraceId } from './trace-context.ts';
import type { Services } from './services.ts';

/**
 * The handler, with its failures turned into problems, one log line and one observation in the metrics per request.
 * `route` is the pattern, not the path, which may hold a job id. Nothing of the request's content is written.
 */
export function observe({ logger, metrics }: Services, route: string, handler: Handler): Handler {
  const answer = async (c: AppContext): Promise<Response> => {
    let response: Response;
    try {
      response = await handler(c);
    } catch (error) {
      response = problemResponse(error, c.get('requestId'));
      if (response.status === 500)
        logger?.error({ route, error: describeError(error) }, 'unexpected failure');
    }
    const extra = c.get('answerHeaders');
    if (extra) for (const [name, value] of Object.entries(extra)) response.headers.set(name, value);
    return response;
  };
  if (!logger && !metrics) return answer;
  // these lines are made of the fields below and nothing else: there is nothing to redact, which costs more than to write
  const requests = logger?.child({}, { redact: [] });

  return async (c) => {
    const start = performance.now();
    const response = await answer(c);
    const { status } = response;
    const ms = performance.now() - start;
    const method = knownMethod(c.req.method);
    const bytes = c.get('bytesIn') ?? 0;
    metrics?.request(method, route, status, ms / 1_000, bytes);
    const level = status >= 500 ? 'warn' : 'info';
    if (requests?.isLevelEnabled(level)) {
      requests[level](
        {
          method,
          route,
          status,
          ms: Math.round(ms * 1_000) / 1_000,
          bytes,
          client: c.get('owner'),
          request_id: c.get('requestId'),
          model: c.get('model'),
          trace_id: readTraceId(c),
        },
        'request',
      );
    }
    return response;
  };
}

const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']);

/** Clients may invent methods; the logs and the metrics' labels do not grow with them. */
const knownMethod = (method: string): string => (methods.has(method) ? method : 'OTHER');
