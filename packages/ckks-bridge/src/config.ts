import { names, readConfig, serverDefaults, serverFields } from '@sharemesh/serving/node';
import * as z from 'zod/mini';
import { DEFAULT_INLINE_COST, DEFAULT_MAX_BATCH, DEFAULT_MAX_BODY_BYTES } from './create-ckks-bridge.ts';

/** How a bridge is set up. `inlineCost` is in transforms of 4,096 coefficients. */
const Config = z.strictObject({
  ...serverFields,
  /** The schemes that it offers: `ckks` for reals, `bfv` for exact integers. */
  scheme: names(['ckks', 'bfv']),
  /** `public-model` replies give the weights away: for public weights only. */
  tiers: names(['circuit-private', 'public-model']),
});
export type CkksBridgeConfig = z.infer<typeof Config>;

const defaults = {
  ...serverDefaults,
  scheme: ['ckks'],
  tiers: ['circuit-private'],
  maxBatchSize: DEFAULT_MAX_BATCH,
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
  inlineCost: DEFAULT_INLINE_COST,
};

/**
 * A whole configuration from flags, then the environment, then defaults.
 * @throws MeshError INVALID_CONFIG naming the setting; not its value, which may be a secret
 */
export const parseConfig = (
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>> = {},
): CkksBridgeConfig => readConfig(Config, defaults, flags, environment);
