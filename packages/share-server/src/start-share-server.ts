import { createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import { loadBundle } from '@sharemesh/model/node';
import { describeError } from '@sharemesh/serving';
import type { LoggerOptions } from '@sharemesh/serving';
import { runServer } from '@sharemesh/serving/node';
import type { AppParts, RunningConfiguredServer } from '@sharemesh/serving/node';
import { loadPartyKey } from '@sharemesh/trust/node';
import { createReceiptSigner } from '@sharemesh/trust/receipts';
import { workerMultiplier } from './compute/worker-multiplier.ts';
import type { ShareServerConfig } from './config.ts';
import { createShareServer } from './create-share-server.ts';

export type RunningShareServer = RunningConfiguredServer;

/**
 * One party as a process: load and check the bundles, pack the weights, listen.
 * @throws MeshError INVALID_CONFIG, INVALID_MODEL, INVALID_KEY, INSECURE_BIND; Node's errors for files and addresses
 */
export function startShareServer(
  config: ShareServerConfig,
  { destination }: Pick<LoggerOptions, 'destination'> = {},
): Promise<RunningShareServer> {
  return runServer(config, {
    open: (parts) => openShareServer(config, parts),
    ...(destination && { destination }),
  });
}

async function openShareServer(config: ShareServerConfig, parts: AppParts) {
  const { maxBatchSize, inlineCost, workers } = config;
  const { logger } = parts;
  const [kernels, bundles, receipts] = await Promise.all([
    createSharedFieldKernels(),
    Promise.all(config.models.map((folder) => loadBundle(folder))),
    readReceiptKey(config),
  ]);
  const multiplier = workerMultiplier({
    kernels,
    bundles,
    workers,
    onCrash: (cause) => logger.error({ error: describeError(cause) }, 'a worker ended and is replaced'),
  });
  const serving = createShareServer({
    ...parts,
    bundles,
    kernels,
    maxBatchSize,
    inlineCost,
    multiplier,
    ...(receipts && { receipts }),
  });
  return { serving, models: bundles.map(({ digest }) => digest) };
}

async function readReceiptKey({ receiptKey }: ShareServerConfig) {
  if (receiptKey === undefined) return undefined;
  const key = await loadPartyKey(receiptKey);
  return { publicKey: key.publicKey, sign: createReceiptSigner(key) };
}
