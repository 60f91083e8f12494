/** What a token may be used for: reading what is served, inferring and asking for jobs, registering keys. */
export type Scope = 'read' | 'infer' | 'keys';

export interface AccessToken {
  /** Who holds it: the owner of jobs and keys, and the client in the logs. */
  readonly name: string;
  /** SHA-256 of the token, 64 hexadecimal digits. The token itself is nowhere in the configuration. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

/** What one client may use in a window of time; it refills steadily. */
export interface Quota {
  readonly windowSeconds: number;
  readonly requests?: number;
  readonly bytes?: number;
}

export interface AccessOptions {
  /** Without tokens everyone is let in, as one owner. */
  readonly tokens?: readonly AccessToken[];
  /** Per token; per address where there are no tokens. */
  readonly quota?: Quota;
  /** Origins of web pages that may call this server; no others. */
  readonly corsOrigins?: readonly string[];
}
