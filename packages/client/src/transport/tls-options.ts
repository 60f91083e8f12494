/** TLS towards the parties. All certificates are PEM. */
export interface TlsOptions {
  /** Trust these authorities only, instead of the system's. */
  readonly ca?: string | readonly string[];
  /** The client's own certificate and key, where the parties ask for one. */
  readonly cert?: string;
  readonly key?: string;
  /**
   * SHA-256 of the SubjectPublicKeyInfo by origin, base64 (the `pin-sha256` of RFC 7469): a party with another key is
   * refused before a byte is sent, whoever signed its certificate.
   */
  readonly pins?: Readonly<Record<string, string>>;
}
