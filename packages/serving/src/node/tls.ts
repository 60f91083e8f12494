import type { ServerOptions } from 'node:https';

/** PEM contents, not paths. */
export interface TlsOptions {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  /** Mutual TLS: clients must show a certificate that one of these authorities signed. */
  readonly clientCa?: string | Buffer;
}

export const toServerOptions = ({ key, cert, clientCa }: TlsOptions): ServerOptions => ({
  key,
  cert,
  minVersion: 'TLSv1.2',
  ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
});

/** Does this host name or address stay on the machine? */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(host);
