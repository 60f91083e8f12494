import { connectWith } from '../connect.ts';
import type { Client } from '../client.ts';
import type { ConnectOptions } from '../options.ts';
import { undiciTransport } from '../transport/undici-transport.ts';
import type { UndiciTransportOptions } from '../transport/undici-transport.ts';

/** As `connect` of `@sharemesh/client`, over a pool of connections for each server, with control over TLS and proxies. */
export async function connect(
  options: ConnectOptions,
  transport: UndiciTransportOptions = {},
): Promise<Client> {
  return connectWith(undiciTransport(transport), options);
}

export { undiciTransport };
export type { UndiciTransportOptions };
export type { TlsOptions } from '../transport/tls-options.ts';
export * from '../index.ts';
