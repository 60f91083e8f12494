import { createHash } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { TLSSocket, checkServerIdentity } from 'node:tls';
// by its file: under its plain name Bun has a stand-in without pools
import { Pool, buildConnector } from 'undici/index.js';
import { MeshError } from '@sharemesh/wire/errors';
import { readBounded } from './bounded-body.ts';
import { openProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { concat } from './transport.ts';
import { conflictOf } from '../protocol/independence.ts';
import type {
  PartySigns,
  PeerIdentity,
  Transport,
  TransportRequest,
  TransportResponse,
} from './transport.ts';
import { readPins } from './tls-options.ts';
import type { TlsOptions } from './tls-options.ts';

export interface UndiciTransportOptions {
  /** Most connections to one origin; each carries one request at a time. Default 16. */
  readonly connections?: number;
  readonly tls?: TlsOptions;
  /**
   * URL of an HTTP proxy for servers by https, with user and password where it wants them; false for none. Default: that of
   * HTTPS_PROXY in the environment, without the hosts of NO_PROXY. TLS goes through it end to end; plain http, and this
   * machine, are never reached through a proxy.
   */
  readonly proxy?: string | false;
}

/** A silent connection is given up after this; the deadline of the call usually comes first. */
const SILENCE_MS = 300_000;

/** Requests by undici, a pool of connections for each origin. */
export function undiciTransport(options: UndiciTransportOptions = {}): Transport {
  const { connections = 16, tls = {} } = options;
  const pins = readPins(tls.pins);
  const proxy = openProxy(options.proxy);
  const pools = new Map<string, Pool>();
  const identities = new Map<string, PeerIdentity>();
  let keptApart: () => readonly PartySigns[] = () => [];

  /** Take note of the other end of a new connection, unless it is another party's. @throws MeshError COLOCATED_PARTIES */
  const admit = (origin: string, identity: PeerIdentity): void => {
    const parties = keptApart();
    for (const own of parties.filter(({ url }) => url.origin === origin)) {
      for (const other of parties.filter(({ url }) => url.origin !== origin)) {
        const connection = identities.get(other.url.origin);
        const conflict = conflictOf({ ...other, connection }, { ...own, connection: identity });
        if (conflict) throw conflict;
      }
    }
    identities.set(origin, identity);
  };

  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections,
      pipelining: 1,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      connect: connector(tls, pins.get(origin), {
        proxy: proxy?.covers(new URL(origin)) ? proxy : undefined,
        admit: (identity) => admit(origin, identity),
      }),
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
    keepApart(parties) {
      keptApart = parties;
    },
    async close() {
      await Promise.all([...pools.values(), ...(proxy ? [proxy] : [])].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

interface Gate {
  readonly proxy: Proxy | undefined;
  /** Take note of the other end. @throws MeshError to refuse it */
  readonly admit: (identity: PeerIdentity) => void;
}

/** Connect, and look at the other end before the connection is used. */
function connector(
  tls: TlsOptions,
  pin: string | undefined,
  { proxy, admit }: Gate,
): buildConnector.connector {
  const { ca, cert, key } = tls;
  const connect = buildConnector({
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    // a resumed session would not show the certificate again, nor check it
    maxCachedSessions: 0,
  });
  return (options, callback) => {
    const judge: buildConnector.Callback = (error, socket) => {
      if (error) return callback(error, null);
      const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
      const tlsKey = certificate && keyDigest(certificate);
      // through a proxy, the address is the proxy's
      const address = proxy ? undefined : plainAddress(socket.remoteAddress);
      try {
        // Node has refused another name by now; Bun 1.2 has not
        if (certificate && (socket as TLSSocket).authorized) {
          const mismatch = checkServerIdentity(options.hostname, certificate.toLegacyObject());
          if (mismatch) throw mismatch;
        }
        if (pin !== undefined && tlsKey !== pin) {
          throw new MeshError('UNTRUSTED_KEY', 'the TLS key is not the pinned one');
        }
        admit({ ...(address !== undefined && { address }), ...(tlsKey !== undefined && { tlsKey }) });
      } catch (refusal) {
        socket.destroy();
        return callback(refusal as Error, null);
      }
      callback(null, socket);
    };
    if (!proxy) return connect(options, judge);
    proxy.open(options.hostname, options.port || '443', (error, httpSocket) => {
      if (error) callback(error, null);
      else connect({ ...options, httpSocket }, judge);
    });
  };
}

/** An IPv4 address has one spelling, also where it was reached over IPv6. */
const plainAddress = (address: string | undefined) => address?.replace(/^::ffff:(?=\d+\.)/i, '');

function keyDigest({ publicKey }: X509Certificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}
