import { createApp } from '@sharemesh/serving';
import type { AppOptions, ServingApp } from '@sharemesh/serving';
import { BridgeEngine } from './bridge-engine.ts';
import type { BridgeEngineOptions } from './bridge-engine.ts';

export interface CkksBridgeOptions
  extends
    Pick<AppOptions, 'access' | 'limits' | 'logger' | 'metrics'>,
    Pick<BridgeEngineOptions, 'bundles' | 'schemes' | 'tiers' | 'pool'> {
  /** Who runs this server; default `anonymous`. */
  readonly operator?: string;
  /** Default 64. */
  readonly maxBatchSize?: number;
  /** Default 100 transforms: about a millisecond. */
  readonly inlineCost?: number;
}

export const DEFAULT_INLINE_COST = 100;
export const DEFAULT_MAX_BATCH = 64;
export const DEFAULT_MAX_BODY_BYTES = 32 * 2 ** 20;

/** What GET /v1/party says of the program; a test holds the version against package.json. */
export const SOFTWARE = { name: 'sharemesh-ckks-bridge', version: '0.1.0' } as const;

/**
 * The bridge: the v1 routes over W·x under encryption. `.app.request(...)` answers without a socket.
 * @throws MeshError PARAMETER_MISMATCH when a model does not fit a scheme
 */
export async function createCkksBridge(options: CkksBridgeOptions): Promise<ServingApp> {
  const { bundles, schemes, tiers, pool, operator = 'anonymous', access, limits, logger, metrics } = options;
  const engine = await BridgeEngine.create({
    bundles,
    ...(schemes && { schemes }),
    ...(tiers && { tiers }),
    ...(pool && { pool }),
    limits: {
      maxBatchSize: options.maxBatchSize ?? DEFAULT_MAX_BATCH,
      maxBodyBytes: limits?.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    },
    inlineCost: options.inlineCost ?? DEFAULT_INLINE_COST,
  });
  return createApp({
    engines: [engine],
    party: { operator, software: SOFTWARE },
    ...(access && { access }),
    ...(limits && { limits }),
    ...(logger && { logger }),
    ...(metrics && { metrics }),
  });
}
