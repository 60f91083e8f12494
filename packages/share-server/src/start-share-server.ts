import { readFile } from 'node:fs/promises';
import { createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { loadBundle } from '@sharemesh/model/node';
import { createLogger, createMetrics, describeError } from '@sharemesh/serving';
import type { AccessOptions, LoggerOptions, Quota } from '@sharemesh/serving';
import { serve, serveMetrics } from '@sharemesh/serving/node';
import type { RunningServer, TlsOptions } from '@sharemesh/serving/node';
import { createReceiptSigner } from '@sharemesh/trust/receipts';
import { loadPartyKey } from '@sharemesh/trust/node';
import { workerMultiplier } from './compute/worker-multiplier.ts';
import type { ShareServerConfig } from './config.ts';
import { createShareServer } from './create-share-server.ts';
import { readTokens } from './read-tokens.ts';

export interface RunningShareServer extends RunningServer {
  readonly metricsUrl: string | undefined;
}

/**
 * One party as a process: load and check the bundles, pack the weights, listen.
 * @throws MeshError INVALID_CONFIG, INVALID_MODEL, INVALID_KEY, INSECURE_BIND; Node's errors for files and addresses
 */
export async function startShareServer(
  config: ShareServerConfig,
  { destination }: Pick<LoggerOptions, 'destination'> = {},
): Promise<RunningShareServer> {
  const { operator, maxBatchSize, maxBodyBytes, inlineCost, maxQueued, waitMs, workers } = config;
  const logger = createLogger({
    level: config.logLevel,
    name: operator,
    ...(destination && { destination }),
  });
  const metrics = config.metricsPort === undefined ? undefined : await createMetrics();
  const [kernels, bundles, tls, receipts, access] = await Promise.all([
    createSharedFieldKernels(),
    Promise.all(config.models.map((folder) => loadBundle(folder))),
    readTls(config),
    readReceiptKey(config),
    readAccess(config),
  ]);
  const multiplier = workerMultiplier({
    kernels,
    bundles,
    workers,
    onCrash: (cause) => logger.error({ error: describeError(cause) }, 'a worker ended and is replaced'),
  });
  const serving = createShareServer({
    bundles,
    kernels,
    operator,
    maxBatchSize,
    inlineCost,
    multiplier,
    access,
    limits: { maxBodyBytes, maxQueued, waitMs },
    logger,
    ...(metrics && { metrics }),
    ...(receipts && { receipts }),
  });
  const { host, port, insecure, metricsPort } = config;
  const server = await serve(serving, { host, port, insecure, ...(tls && { tls }) });
  const metricsServer = metrics && (await serveMetrics(metrics, { host, port: metricsPort ?? 0 }));
  logger.info(
    { url: server.url, metrics: metricsServer?.url, models: bundles.map(({ digest }) => digest) },
    'listening',
  );
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

async function readAccess(config: ShareServerConfig): Promise<AccessOptions> {
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

async function readReceiptKey({ receiptKey }: ShareServerConfig) {
  if (receiptKey === undefined) return undefined;
  const key = await loadPartyKey(receiptKey);
  return { publicKey: key.publicKey, sign: createReceiptSigner(key) };
}

async function readTls({ tlsKey, tlsCert, tlsClientCa }: ShareServerConfig): Promise<TlsOptions | undefined> {
  if (tlsKey === undefined || tlsCert === undefined) return undefined;
  const [key, cert, clientCa] = await Promise.all([
    readFile(tlsKey),
    readFile(tlsCert),
    tlsClientCa === undefined ? undefined : readFile(tlsClientCa),
  ]);
  return { key, cert, ...(clientCa && { clientCa }) };
}
