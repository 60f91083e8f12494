import { availableParallelism } from 'node:os';
import { describeError } from '@sharemesh/serving';
import { serve } from '@sharemesh/serving/node';
import type { ListenOptions, RunningServer } from '@sharemesh/serving/node';
import { createCkksBridge } from './create-ckks-bridge.ts';
import type { CkksBridgeOptions } from './create-ckks-bridge.ts';
import { workerPool } from './worker-pool.ts';

export interface StartCkksBridgeOptions extends Omit<CkksBridgeOptions, 'pool'>, ListenOptions {
  /** Threads for the larger requests; default one fewer than the processors, at least one. */
  readonly workers?: number;
}

/**
 * The bridge as a process: encode the weights, listen.
 * @throws MeshError PARAMETER_MISMATCH, INSECURE_BIND; Node's errors for addresses
 */
export async function startCkksBridge(options: StartCkksBridgeOptions): Promise<RunningServer> {
  const { workers = Math.max(1, availableParallelism() - 1), logger } = options;
  const bridge = await createCkksBridge({
    ...options,
    pool: (models) =>
      workerPool({
        models,
        workers,
        onCrash: (cause) => logger?.error({ error: describeError(cause) }, 'a worker ended and is replaced'),
      }),
  });
  const server = await serve(bridge, options);
  logger?.info({ url: server.url, models: options.bundles.map(({ digest }) => digest) }, 'listening');
  return server;
}
