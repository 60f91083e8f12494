import { connectWith } from '../connect.ts';
import type { Client } from '../client.ts';
import type { ConnectOptions } from '../options.ts';
import { requirePinsOf } from '../transport/tls-options.ts';
import { undiciTransport } from '../transport/undici-transport.ts';
import type { UndiciTransportOptions } from '../transport/undici-transport.ts';

/**
 * As `connect` of `@sharemesh/client`, over a pool of connections for each server, with control over TLS and proxies.
 *
 * @throws MeshError INVALID_OPTION, also for a pin of a server that is not among those of the call; else as `connect`
 * @example
 *   const tls = { pins: { 'https://a.example': 'n3dNcH43TClpDuyYl55EwbTTAuj4T7IloK4GNaH1bnE=' } };
 *   const client = await connect({ parties: ['https://a.example', 'https://b.example'], model: 'digits' }, { tls });
 */
export async function connect(
  options: ConnectOptions,
  transport: UndiciTransportOptions = {},
): Promise<Client> {
  const servers: readonly string[] = 'bridge' in options ? [options.bridge] : (options.parties ?? []);
  requirePinsOf(servers, transport.tls?.pins);
  return connectWith(undiciTransport(transport), options);
}

export { undiciTransport };
export type { UndiciTransportOptions };
export type { TlsOptions } from '../transport/tls-options.ts';
export * from '../index.ts';
