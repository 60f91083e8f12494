import { loadBundle } from '@sharemesh/model/node';
import { describeError } from '@sharemesh/serving';
import type { LoggerOptions } from '@sharemesh/serving';
import { runServer } from '@sharemesh/serving/node';
import type { AppParts, RunningConfiguredServer } from '@sharemesh/serving/node';
import type { CkksBridgeConfig } from './config.ts';
import { createCkksBridge } from './create-ckks-bridge.ts';
import { workerPool } from './worker-pool.ts';

export type RunningCkksBridge = RunningConfiguredServer;

/**
 * The bridge as a process: load and check the bundles, encode the weights, listen.
 * @throws MeshError INVALID_CONFIG, INVALID_MODEL, PARAMETER_MISMATCH, INSECURE_BIND; Node's errors for files and addresses
 */
export function startCkksBridge(
  config: CkksBridgeConfig,
  { destination }: Pick<LoggerOptions, 'destination'> = {},
): Promise<RunningCkksBridge> {
  return runServer(config, {
    open: (parts) => openCkksBridge(config, parts),
    ...(destination && { destination }),
  });
}

async function openCkksBridge(config: CkksBridgeConfig, parts: AppParts) {
  const { scheme: schemes, tiers, maxBatchSize, inlineCost, workers } = config;
  const { logger } = parts;
  const bundles = await Promise.all(config.models.map((folder) => loadBundle(folder)));
  const serving = await createCkksBridge({
    ...parts,
    bundles,
    schemes,
    tiers,
    maxBatchSize,
    inlineCost,
    pool: (models) =>
      workerPool({
        models,
        workers,
        onCrash: (cause) => logger.error({ error: describeError(cause) }, 'a worker ended and is replaced'),
      }),
  });
  return { serving, models: bundles.map(({ digest }) => digest) };
}
