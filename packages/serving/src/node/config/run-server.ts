import { createSecureContext } from 'node:tls';
import { MeshError } from '@sharemesh/wire/errors';
import type { Logger } from 'pino';
import type { AccessOptions, Quota } from '../../access/access-options.ts';
import type { ServingApp } from '../../app.ts';
import type { Limits } from '../../limits.ts';
import { createLogger } from '../../logger.ts';
import type { LoggerOptions } from '../../logger.ts';
import { createMetrics } from '../../metrics.ts';
import type { Metrics } from '../../metrics.ts';
import { serveMetrics } from '../serve-metrics.ts';
import type { MetricsServer } from '../serve-metrics.ts';
import { serve } from '../serve.ts';
import type { RunningServer } from '../serve.ts';
import { isLoopback, toServerOptions } from '../tls.ts';
import type { TlsOptions } from '../tls.ts';
import { readSetting } from './read-setting.ts';
import { readTokens } from './read-tokens.ts';
import type { ServerConfig } from './server-config.ts';

/** What a configuration gives an app, whatever it computes. */
export interface AppParts {
  readonly operator: string;
  readonly access: AccessOptions;
  readonly limits: Partial<Limits>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export interface RunServerOptions extends Pick<LoggerOptions, 'destination'> {
  /** Make the app. @returns it, and the digests of its models for the log */
  open(parts: AppParts): Promise<{ readonly serving: ServingApp; readonly models: readonly string[] }>;
}

export interface RunningConfiguredServer extends RunningServer {
  readonly metricsUrl: string | undefined;
}

/**
 * A server as its configuration says: logs, metrics, tokens and TLS around an app, listening.
 * @throws MeshError INVALID_CONFIG, INSECURE_BIND; Node's errors for files and addresses; what `open` throws
 */
export async function runServer(
  config: ServerConfig,
  { open, destination }: RunServerOptions,
): Promise<RunningConfiguredServer> {
  const {
    operator,
    host,
    port,
    insecure,
    allowedHosts,
    metricsPort,
    metricsHost,
    maxBodyBytes,
    maxQueued,
    waitMs,
  } = config;
  const logger = createLogger({
    level: config.logLevel,
    name: operator,
    ...(destination && { destination }),
  });
  const [metrics, tls, access] = await Promise.all([
    metricsPort === undefined ? undefined : createMetrics(),
    readTls(config),
    readAccess(config),
  ]);
  const limits = { maxBodyBytes, maxQueued, waitMs };
  const { serving, models } = await open({ operator, access, limits, logger, ...(metrics && { metrics }) });
  // whatever fails from here on closes what is open: a server that is half there must not stay
  let server: RunningServer;
  let metricsServer: MetricsServer | undefined;
  try {
    metricsServer = metrics && (await serveMetrics(metrics, { host: metricsHost, port: metricsPort ?? 0 }));
    server = await serve(serving, { host, port, insecure, allowedHosts, ...(tls && { tls }) });
  } catch (error) {
    await metricsServer?.close();
    await serving.close();
    throw error;
  }
  logger.info({ url: server.url, metrics: metricsServer?.url, models }, 'listening');
  if (metricsServer && !isLoopback(metricsHost)) {
    logger.warn({ metrics: metricsServer.url }, 'the metrics are plain http, and not on this machine alone');
  }
  return {
    url: server.url,
    port: server.port,
    metricsUrl: metricsServer?.url,
    close: async (deadlineMs) => {
      await server.close(deadlineMs);
      await metricsServer?.close();
    },
  };
}

async function readAccess(config: ServerConfig): Promise<AccessOptions> {
  const { tokens, quotaRequests, quotaBytes, quotaSeconds: windowSeconds, corsOrigins } = config;
  const quota: Quota = {
    windowSeconds,
    ...(quotaRequests !== undefined && { requests: quotaRequests }),
    ...(quotaBytes !== undefined && { bytes: quotaBytes }),
  };
  return {
    corsOrigins,
    ...(tokens !== undefined && { tokens: await readTokens(tokens) }),
    ...(Object.keys(quota).length > 1 && { quota }),
  };
}

async function readTls({ tlsKey, tlsCert, tlsClientCa }: ServerConfig): Promise<TlsOptions | undefined> {
  if (tlsKey === undefined || tlsCert === undefined) return undefined;
  const [key, cert, clientCa] = await Promise.all([
    readSetting('tlsKey', tlsKey),
    readSetting('tlsCert', tlsCert),
    tlsClientCa === undefined ? undefined : readSetting('tlsClientCa', tlsClientCa),
  ]);
  const tls = { key, cert, ...(clientCa && { clientCa }) };
  try {
    createSecureContext(toServerOptions(tls));
  } catch (cause) {
    throw new MeshError('INVALID_CONFIG', 'tlsKey and tlsCert are not PEM, or do not belong together', {
      cause,
    });
  }
  return tls;
}
