import { Hono } from 'hono';
import type { Logger } from 'pino';
import { Catalog } from './catalog.ts';
import type { AppEnv, Handler } from './context.ts';
import type { InferenceEngine } from './engine.ts';
import { Dispatcher } from './jobs/dispatcher.ts';
import { JobStore } from './jobs/job-store.ts';
import { Lifecycle } from './lifecycle.ts';
import { defaultLimits } from './limits.ts';
import type { Limits } from './limits.ts';
import { describeError } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { observe } from './middleware/observe.ts';
import type { PartyInfo } from './party.ts';
import { problemResponse } from './problem-response.ts';
import { Refusal } from './refusal.ts';
import { ByteBudget } from './request/byte-budget.ts';
import { health } from './routes/health.ts';
import { infer } from './routes/infer.ts';
import { jobs } from './routes/jobs.ts';
import { listKeys, putKey } from './routes/keys.ts';
import { models } from './routes/models.ts';
import { party } from './routes/party.ts';
import type { Services } from './services.ts';

export interface AppOptions {
  readonly engines: readonly InferenceEngine[];
  readonly party: PartyInfo;
  readonly limits?: Partial<Limits>;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
}

/** A server's app, and the end of its life. */
export interface ServingApp {
  /** `app.request(...)` answers without a socket; the Node entry puts it behind one. */
  readonly app: Hono<AppEnv>;
  readonly limits: Limits;
  readonly logger: Logger | undefined;
  /** Refuse new work from now on; resolves when the work that was taken is done. */
  drain(): Promise<void>;
  /** Give back what the engines hold. */
  close(): Promise<void>;
}

/** The v1 routes over these engines. */
export function createApp(options: AppOptions): ServingApp {
  const services = createServices(options);
  const { engines, dispatcher, lifecycle, limits, logger } = services;
  const app = new Hono<AppEnv>();

  app.use('*', observe(services));
  route(app, '/v1/health', { GET: health });
  route(app, '/v1/party', { GET: party(services) });
  route(app, '/v1/models', { GET: models(services) });
  route(app, '/v1/infer', { POST: infer(services) });
  route(app, '/v1/jobs/:job_id', { GET: jobs(services) });
  route(app, '/v1/keys', { GET: listKeys(services) });
  route(app, '/v1/keys/:key_id', { PUT: putKey(services) });

  app.notFound((c) => {
    const other = /^\/v(?!1\/)[0-9]+\//.test(c.req.path);
    return problemResponse(
      other
        ? new Refusal('UNSUPPORTED_API_VERSION', 'the routes are under /v1/')
        : new Refusal('NOT_FOUND', 'the routes are under /v1/'),
    );
  });
  app.onError((error, c) => {
    const response = problemResponse(error, c.get('requestId'));
    if (response.status === 500) logger?.error({ error: describeError(error) }, 'unexpected failure');
    return response;
  });

  return {
    app,
    limits,
    logger,
    drain: () => {
      lifecycle.stop();
      return dispatcher.idle();
    },
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close?.()));
    },
  };
}

function createServices(options: AppOptions): Services {
  const { engines, party, logger, metrics } = options;
  const catalog = new Catalog(engines);
  const limits = withModelLimits({ ...defaultLimits, ...options.limits }, engines);
  const jobs = new JobStore(limits);
  const dispatcher = new Dispatcher(engines, limits, {
    finished: (job) => jobs.finished(job),
    unexpected: (error) => logger?.error({ error: describeError(error) }, 'the engine failed'),
  });
  metrics?.watchWork(dispatcher);
  const budget = new ByteBudget(limits.maxInFlightBytes);
  const lifecycle = new Lifecycle();
  return { engines, catalog, limits, budget, jobs, dispatcher, lifecycle, party, logger, metrics };
}

/** No body is read beyond what the most generous model takes. */
function withModelLimits(limits: Limits, engines: readonly InferenceEngine[]): Limits {
  const models = engines.flatMap((engine) => engine.models);
  const widest = Math.max(0, ...models.map((model) => model.constraints.max_body_bytes));
  return { ...limits, maxBodyBytes: Math.min(limits.maxBodyBytes, widest) };
}

/** One path: its methods (HEAD comes with GET), and 405 for any other. */
function route(app: Hono<AppEnv>, path: string, handlers: Readonly<Record<string, Handler>>): void {
  const methods = Object.keys(handlers);
  const allow = [...methods, ...(handlers['GET'] ? ['HEAD'] : [])].join(', ');
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler);
  app.all(path, () => problemResponse(new Refusal('METHOD_NOT_ALLOWED', `it takes ${allow}`, { allow })));
}
