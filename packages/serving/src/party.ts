import { API_VERSION } from '@sharemesh/wire';
import type { PartyResponse } from '@sharemesh/wire';
import { randomId } from './jobs/random-id.ts';

/** Who runs the server, as far as its operator says so. */
export interface PartyInfo {
  readonly operator: string;
  /** Raw ed25519 public key in base64url, where the party signs receipts. */
  readonly publicKey?: string;
  readonly software: { readonly name: string; readonly version: string };
}

/** Fresh for every process, shared by all apps in it: two URLs that answer the same nonce are one process. */
export const bootNonce = randomId();

export const describeParty = ({ operator, publicKey, software }: PartyInfo): PartyResponse => ({
  api_version: API_VERSION,
  operator,
  boot_nonce: bootNonce,
  ...(publicKey === undefined ? {} : { public_key: publicKey }),
  software,
});
