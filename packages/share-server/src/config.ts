import { availableParallelism } from 'node:os';
import { defaultLimits } from '@sharemesh/serving';
import { MeshError, count } from '@sharemesh/wire';
import * as z from 'zod/mini';
import { DEFAULT_INLINE_COST, DEFAULT_MAX_BATCH, DEFAULT_MAX_BODY_BYTES } from './create-share-server.ts';

const digits = z.string().check(z.regex(/^[0-9]{1,15}$/));
const number = (max: number, min = 0) =>
  z.pipe(z.pipe(z.union([z.number(), digits]), z.transform(Number)), count(max, min));
const flag = z.pipe(
  z.union([z.boolean(), z.enum(['true', 'false', '1', '0'])]),
  z.transform((value) => value === true || value === 'true' || value === '1'),
);
const list = z.pipe(
  z.union([z.array(z.string()), z.string()]),
  z.transform((value) =>
    (typeof value === 'string' ? value.split(',') : value).map((item) => item.trim()).filter(Boolean),
  ),
);
const path = z.string().check(z.minLength(1));

/** How a share server is set up. Every field can be a flag or an environment variable. */
const Config = z.strictObject({
  /** Folders of model bundles. */
  models: list,
  host: z.string().check(z.minLength(1)),
  /** 0: the operating system chooses. */
  port: number(65_535),
  operator: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Threads for the larger products. */
  workers: number(256, 1),
  maxBatchSize: number(4_096, 1),
  maxBodyBytes: number(2 ** 31 - 1, 1_024),
  /** Multiply-adds up to which a product runs on the event loop. */
  inlineCost: number(Number.MAX_SAFE_INTEGER),
  maxQueued: number(100_000),
  /** Milliseconds after which POST /v1/infer answers 202 rather than wait on. */
  waitMs: number(600_000),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  /** Prometheus metrics on a port of their own; absent: none. */
  metricsPort: z.optional(number(65_535)),
  /** JSON file of the bearer tokens that are let in (see `readTokens`); absent: everyone is. */
  tokens: z.optional(path),
  /** What a client may use in `quotaSeconds`: requests, and bytes of bodies. Absent: no limit. */
  quotaRequests: z.optional(number(1e9, 1)),
  quotaBytes: z.optional(number(Number.MAX_SAFE_INTEGER, 1)),
  quotaSeconds: number(86_400, 1),
  /** Origins of web pages that may call this server, such as https://app.example; none by default. */
  corsOrigins: list,
  /** Allow plain http on an address beyond this machine. */
  insecure: flag,
  /** Ed25519 private key, PEM, to sign replies with; absent: replies carry no receipts. */
  receiptKey: z.optional(path),
  /** PEM files. */
  tlsKey: z.optional(path),
  tlsCert: z.optional(path),
  /** Clients must show a certificate of one of these authorities. */
  tlsClientCa: z.optional(path),
});

const defaults: Readonly<Record<string, unknown>> = {
  models: [],
  host: '127.0.0.1',
  port: 8701,
  operator: 'anonymous',
  workers: Math.max(1, availableParallelism() - 1),
  maxBatchSize: DEFAULT_MAX_BATCH,
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
  inlineCost: DEFAULT_INLINE_COST,
  maxQueued: defaultLimits.maxQueued,
  waitMs: defaultLimits.waitMs,
  logLevel: 'info',
  quotaSeconds: 60,
  corsOrigins: [],
  insecure: false,
};
export type ShareServerConfig = z.infer<typeof Config>;

type Field = keyof ShareServerConfig;
const fields = Object.keys(Config.shape) as Field[];

/** `maxBatchSize` → `SHAREMESH_MAX_BATCH_SIZE`. */
export const environmentName = (field: string): string =>
  `SHAREMESH_${field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/**
 * A whole configuration from flags, then the environment, then defaults.
 * @throws MeshError INVALID_CONFIG naming the setting; not its value, which may be a secret
 */
export function parseConfig(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>> = {},
): ShareServerConfig {
  const unknown = Object.keys(flags).filter((name) => !fields.includes(name as Field));
  if (unknown.length > 0) throw invalid(`there is no setting ${unknown.join(', ')}`);
  const given = fields.map((field) => {
    const value = flags[field] ?? environment[environmentName(field)] ?? defaults[field];
    return value === undefined ? [] : [[field, value]];
  });
  const parsed = Config.safeParse(Object.fromEntries(given.flat()));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0]);
    throw invalid(`${field} (${environmentName(field)}) is out of range`);
  }
  const config = parsed.data;
  if (config.models.length === 0) throw invalid(`models (${environmentName('models')}) names no folder`);
  if ((config.tlsKey === undefined) !== (config.tlsCert === undefined)) {
    throw invalid('tlsKey and tlsCert go together');
  }
  if (config.tlsClientCa !== undefined && config.tlsKey === undefined)
    throw invalid('tlsClientCa needs tlsKey');
  return config;
}

const invalid = (message: string) => new MeshError('INVALID_CONFIG', message);
