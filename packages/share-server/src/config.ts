import { path, readConfig, serverDefaults, serverFields } from '@sharemesh/serving/node';
import * as z from 'zod/mini';
import { DEFAULT_INLINE_COST, DEFAULT_MAX_BATCH, DEFAULT_MAX_BODY_BYTES } from './create-share-server.ts';

/** How a share server is set up. `inlineCost` is in multiply-adds. */
const Config = z.strictObject({
  ...serverFields,
  /** Ed25519 private key, PEM, to sign replies with; absent: replies carry no receipts. */
  receiptKey: z.optional(path),
});
export type ShareServerConfig = z.infer<typeof Config>;

const defaults = {
  ...serverDefaults,
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
): ShareServerConfig => readConfig(Config, defaults, flags, environment);
