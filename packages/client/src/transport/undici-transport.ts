import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { Pool, buildConnector } from 'undici';
import { MeshError } from '@sharemesh/wire/errors';
import { readBounded } from './bounded-body.ts';
import { concat } from './transport.ts';
import type { PeerIdentity, Transport, TransportRequest, TransportResponse } from './transport.ts';
import { readPins } from './tls-options.ts';
import type { TlsOptions } from './tls-options.ts';

export interface UndiciTransportOptions {
  /** Most connections to one origin; each carries one request at a time. Default 16. */
  readonly connections?: number;
  readonly tls?: TlsOptions;
}

/** A silent connection is given up after this; the deadline of the call usually comes first. */
const SILENCE_MS = 300_000;

/** Requests by undici, a pool of connections for each origin. */
export function undiciTransport(options: UndiciTransportOptions = {}): Transport {
  const { connections = 16, tls = {} } = options;
  const pins = readPins(tls.pins);
  const pools = new Map<string, Pool>();
  const identities = new Map<string, PeerIdentity>();

  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections,
      pipelining: 1,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      connect: connector(tls, pins.get(origin), (identity) => identities.set(origin, identity)),
    });
    pools.set(origin, pool);
    return pool;
  };

  return {
    async request(request: TransportRequest): Promise<TransportResponse> {
      const { statusCode, headers, body } = await poolOf(request.url.origin).request({
        method: request.method,
        path: request.url.pathname,
        headers: request.headers,
        ...(request.body && { body: concat(request.body) }),
        signal: request.signal,
      });
      return {
        status: statusCode,
        header(name) {
          const value = headers[name];
          return typeof value === 'string' ? value : undefined;
        },
        body: await readBounded(body, statusCode, request.maxResponseBytes),
      };
    },
    identify: (origin) => identities.get(origin),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

/** Connect, and look at the other end before the connection is used. */
function connector(tls: TlsOptions, pin: string | undefined, learn: (identity: PeerIdentity) => void) {
  const { ca, cert, key } = tls;
  const connect = buildConnector({
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  });
  return (options: buildConnector.Options, callback: buildConnector.Callback): void => {
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      const tlsKey = socket instanceof TLSSocket ? keyDigest(socket) : undefined;
      if (pin !== undefined && tlsKey !== pin) {
        socket.destroy();
        return callback(new MeshError('UNTRUSTED_KEY', 'the TLS key is not the pinned one'), null);
      }
      const address = plainAddress(socket.remoteAddress);
      learn({ ...(address !== undefined && { address }), ...(tlsKey !== undefined && { tlsKey }) });
      callback(null, socket);
    });
  };
}

/** An IPv4 address has one spelling, also where it was reached over IPv6. */
const plainAddress = (address: string | undefined) => address?.replace(/^::ffff:(?=\d+\.)/i, '');

function keyDigest(socket: TLSSocket): string | undefined {
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  return key && createHash('sha256').update(key).digest('base64');
}
