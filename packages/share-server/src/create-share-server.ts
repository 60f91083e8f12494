import type { FieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { createApp } from '@sharemesh/serving';
import type { AppOptions, ReceiptSigner, ServingApp } from '@sharemesh/serving';
import { localMultiplier } from './compute/multiplier.ts';
import type { Multiplier } from './compute/multiplier.ts';
import { packBundles } from './compute/pack-bundles.ts';
import { SharesEngine } from './shares-engine.ts';
import { SOFTWARE } from './software.ts';

export interface ShareServerOptions extends Pick<AppOptions, 'access' | 'limits' | 'logger' | 'metrics'> {
  readonly bundles: readonly ModelBundle[];
  readonly kernels: FieldKernels;
  /** Who runs this party; default `anonymous`. */
  readonly operator?: string;
  /** Default 64. */
  readonly maxBatchSize?: number;
  /** Default 2,000,000: about a millisecond at most. */
  readonly inlineCost?: number;
  /** Sign every reply, with this key; without it, replies carry no receipts. */
  readonly receipts?: { readonly publicKey: string; readonly sign: ReceiptSigner };
  /** Default: this thread. The Node entry brings a pool of workers. */
  readonly multiplier?: Multiplier;
}

export const DEFAULT_INLINE_COST = 2_000_000;
export const DEFAULT_MAX_BATCH = 64;
export const DEFAULT_MAX_BODY_BYTES = 32 * 2 ** 20;

/** One party of the mesh: the v1 routes over W·x_i. `.app.request(...)` answers without a socket. */
export function createShareServer(options: ShareServerOptions): ServingApp {
  const { bundles, kernels, operator = 'anonymous', receipts, access, limits, logger, metrics } = options;
  const engine = new SharesEngine({
    kernels,
    bundles,
    limits: {
      maxBatchSize: options.maxBatchSize ?? DEFAULT_MAX_BATCH,
      maxBodyBytes: limits?.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    },
    inlineCost: options.inlineCost ?? DEFAULT_INLINE_COST,
    multiplier: options.multiplier ?? localMultiplier(kernels, packBundles(kernels, bundles)),
  });
  return createApp({
    engines: [engine],
    party: { operator, software: SOFTWARE, ...(receipts && { publicKey: receipts.publicKey }) },
    ...(receipts && { receipts: receipts.sign }),
    ...(access && { access }),
    ...(limits && { limits }),
    ...(logger && { logger }),
    ...(metrics && { metrics }),
  });
}
