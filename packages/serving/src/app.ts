import { Hono } from 'hono';
import type { Logger } from 'pino';
import { Catalog } from './catalog.ts';
import type { AccessOptions } from './access/access-options.ts';
import { createAdmit } from './access/admit.ts';
import { crossOrigin } from './access/cross-origin.ts';
import type { AppEnv } from './context.ts';
import type { InferenceEngine } from './engine.ts';
import { Dispatcher } from './jobs/dispatcher.ts';
import { JobStore } from './jobs/job-store.ts';
import type { ReceiptSigner } from './jobs/receipts.ts';
import { Lifecycle } from './lifecycle.ts';
import { describeError } from './logger.ts';
import { limitsOf } from './limits.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { observe } from './observe.ts';
import type { PartyInfo } from './party.ts';
import { ByteBudget } from './request/byte-budget.ts';
import { health } from './routes/health.ts';
import { infer } from './routes/infer.ts';
import { jobs } from './routes/jobs.ts';
import { listKeys, putKey } from './routes/keys.ts';
import { models } from './routes/models.ts';
import { noSuchRoute } from './routes/no-such-route.ts';
import { party } from './routes/party.ts';
import { route } from './routes/route.ts';
import type { Services } from './services.ts';

export interface AppOptions {
  readonly engines: readonly InferenceEngine[];
  readonly party: PartyInfo;
  readonly limits?: Partial<Limits>;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly access?: AccessOptions;
  /** Signs every completed result; `party.publicKey` is then the key it signs with. */
  readonly receipts?: ReceiptSigner;
}

/** A server's app, and the end of its life. */
export interface ServingApp {
  /** `app.request(...)` answers without a socket; the Node entry puts it behind one. */
  readonly app: Hono<AppEnv>;
  readonly limits: Limits;
  /** Does it take only clients with a token? */
  readonly authenticated: boolean;
  readonly logger: Logger | undefined;
  /** Refuse new work from now on; resolves when the work that was taken is done and its results are collected. */
  drain(): Promise<void>;
  /** Tell those who still wait that their work will not be done. */
  giveUp(): void;
  /** Give back what the engines hold. */
  close(): Promise<void>;
}

/** The v1 routes over these engines. */
export function createApp(options: AppOptions): ServingApp {
  const services = createServices(options);
  const { engines, dispatcher, jobs: jobStore, lifecycle, limits, logger } = services;
  const app = new Hono<AppEnv>();
  const admit = createAdmit(options.access);

  const { corsOrigins = [] } = options.access ?? {};
  if (corsOrigins.length > 0) app.use('*', crossOrigin(corsOrigins));

  route(app, services, '/v1/health', { GET: health });
  route(app, services, '/v1/party', { GET: admit('read', party(services)) });
  route(app, services, '/v1/models', { GET: admit('read', models(services)) });
  route(app, services, '/v1/infer', { POST: admit('infer', infer(services)) });
  route(app, services, '/v1/jobs/:job_id', { GET: admit('infer', jobs(services)) });
  route(app, services, '/v1/keys', { GET: admit('read', listKeys(services)) });
  route(app, services, '/v1/keys/:key_id', { PUT: admit('keys', putKey(services)) });
  app.notFound(observe(services, 'none', noSuchRoute));

  return {
    app,
    limits,
    authenticated: (options.access?.tokens ?? []).length > 0,
    logger,
    drain: async () => {
      lifecycle.stop();
      await dispatcher.idle();
      await within(limits.lingerMs, jobStore.allCollected());
    },
    giveUp: () => jobStore.failUnfinished(lifecycle.refusal('the work was not done in time')),
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close?.()));
    },
  };
}

function createServices(options: AppOptions): Services {
  const { engines, party, logger, metrics, receipts } = options;
  const catalog = new Catalog(engines);
  const hasTokens = (options.access?.tokens ?? []).length > 0;
  const limits = withModelLimits(limitsOf(options.limits ?? {}, hasTokens), engines);
  const jobs = new JobStore(limits);
  const dispatcher = new Dispatcher(engines, limits, (error) =>
    logger?.error({ error: describeError(error) }, 'the engine failed'),
  );
  metrics?.watchWork(dispatcher);
  const budget = new ByteBudget(limits.maxInFlightBytes, limits.maxInFlightBytesPerOwner);
  const lifecycle = new Lifecycle();
  return { engines, catalog, limits, budget, jobs, dispatcher, lifecycle, party, logger, metrics, receipts };
}

/** No body is read beyond what the most generous model takes. */
function withModelLimits(limits: Limits, engines: readonly InferenceEngine[]): Limits {
  const models = engines.flatMap((engine) => engine.models);
  const widest = Math.max(0, ...models.map((model) => model.constraints.max_body_bytes));
  return { ...limits, maxBodyBytes: Math.min(limits.maxBodyBytes, widest) };
}

/** Wait for `done`, but no longer than `ms`. */
async function within(ms: number, done: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
