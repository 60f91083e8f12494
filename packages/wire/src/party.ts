import * as z from 'zod/mini';
import { ApiVersion } from './primitives.ts';
import { BOOT_NONCE, PUBLIC_KEY } from './rules.ts';

export const HealthResponse = z.object({ api_version: ApiVersion, status: z.literal('ok') });
export type HealthResponse = z.infer<typeof HealthResponse>;

/** Who runs this server. Clients use it to refuse parties that are not independent of each other. */
export const PartyResponse = z.object({
  api_version: ApiVersion,
  operator: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Fresh at every start of the process: two URLs with one nonce are one process. */
  boot_nonce: z.string().check(z.regex(BOOT_NONCE)),
  /** Raw ed25519 public key in base64url, where the party signs receipts. */
  public_key: z.optional(z.string().check(z.regex(PUBLIC_KEY))),
  software: z.object({
    name: z.string().check(z.maxLength(64)),
    version: z.string().check(z.maxLength(64)),
  }),
});
export type PartyResponse = z.infer<typeof PartyResponse>;
