import type { PartyResponse } from '@sharemesh/wire';

/** What is known of the other end of a connection: parties that share any of it are not independent. */
export interface PeerIdentity {
  /** Absent where the connection leads through a proxy. */
  readonly address?: string;
  /** SHA-256 of the TLS certificate's SubjectPublicKeyInfo, base64. */
  readonly tlsKey?: string;
}

/** One party, as far as it can be told from the others. */
export interface PartySigns {
  /** What errors and reports call it. */
  readonly party: string;
  readonly url: URL;
  readonly answer: PartyResponse;
  readonly connection: PeerIdentity | undefined;
}
