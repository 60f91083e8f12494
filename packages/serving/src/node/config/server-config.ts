import { availableParallelism } from 'node:os';
import { MAX_BATCH, MAX_TENSOR_BYTES } from '@sharemesh/wire';
import * as z from 'zod/mini';
import { defaultLimits } from '../../limits.ts';
import { flag, list, number, origins, path } from './fields.ts';

/** The settings that every server has, whatever it computes. Every field can be a flag or an environment variable. */
export const serverFields = {
  /** Folders of model bundles. */
  models: list,
  host: z.string().check(z.minLength(1)),
  /** Host names under which clients reach the server, where it is to refuse others; see `ListenOptions`. */
  allowedHosts: list,
  /** 0: the operating system chooses. */
  port: number(65_535),
  operator: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Threads for the larger requests. */
  workers: number(256, 1),
  maxBatchSize: number(MAX_BATCH, 1),
  maxBodyBytes: number(MAX_TENSOR_BYTES, 1_024),
  /** Cost up to which a request is computed on the event loop; its unit is the engine's. */
  inlineCost: number(Number.MAX_SAFE_INTEGER),
  maxQueued: number(100_000),
  /** Milliseconds after which POST /v1/infer answers 202 rather than wait on. */
  waitMs: number(600_000),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  /** Prometheus metrics on a port of their own; absent: none. They are plain http. */
  metricsPort: z.optional(number(65_535)),
  /** Where the metrics are; this machine alone unless another address is given. */
  metricsHost: z.string().check(z.minLength(1)),
  /** JSON file of the bearer tokens that are let in (see `readTokens`); absent: everyone is. */
  tokens: z.optional(path),
  /** What a client may use in `quotaSeconds`: requests, and bytes of bodies. Absent: no limit. */
  quotaRequests: z.optional(number(1e9, 1)),
  quotaBytes: z.optional(number(Number.MAX_SAFE_INTEGER, 1)),
  quotaSeconds: number(86_400, 1),
  /** Origins of web pages that may call this server, such as https://app.example; none by default. */
  corsOrigins: origins,
  /** Allow plain http on an address beyond this machine. */
  insecure: flag,
  /** PEM files. */
  tlsKey: z.optional(path),
  tlsCert: z.optional(path),
  /** Clients must show a certificate of one of these authorities. */
  tlsClientCa: z.optional(path),
};

const ServerConfig = z.strictObject(serverFields);
export type ServerConfig = z.infer<typeof ServerConfig>;

/** Engines add their own `maxBatchSize`, `maxBodyBytes` and `inlineCost`. */
export const serverDefaults = {
  models: [],
  host: '127.0.0.1',
  port: 8701,
  metricsHost: '127.0.0.1',
  operator: 'anonymous',
  workers: Math.max(1, availableParallelism() - 1),
  maxQueued: defaultLimits.maxQueued,
  waitMs: defaultLimits.waitMs,
  logLevel: 'info',
  quotaSeconds: 60,
  allowedHosts: [],
  corsOrigins: [],
  insecure: false,
} as const;
