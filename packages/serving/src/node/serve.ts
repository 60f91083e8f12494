import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { RequestError, getRequestListener } from '@hono/node-server';
import { MeshError } from '@sharemesh/wire';
import type { ServingApp } from '../app.ts';
import type { AppEnv } from '../context.ts';
import { problemResponse } from '../problem-response.ts';
import { Refusal } from '../refusal.ts';
import { answerClientErrors } from './client-error.ts';
import { defaultConnectionLimits } from './connection-limits.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { Connections } from './connections.ts';
import { isLoopback, toServerOptions } from './tls.ts';
import type { TlsOptions } from './tls.ts';

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default: the operating system chooses. */
  readonly port?: number;
  readonly tls?: TlsOptions;
  /** Allow plain http on an address that others can reach, for use behind a proxy that ends TLS. */
  readonly insecure?: boolean;
  /**
   * Host names under which clients reach the server; requests with another `Host` are refused. Default: any, but for a
   * server on a loopback address without tokens, which takes those of this machine: a web page whose name was made to
   * point here (DNS rebinding) must not be able to use it.
   */
  readonly allowedHosts?: readonly string[];
  readonly connections?: Partial<ConnectionLimits>;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:8701`. */
  readonly url: string;
  readonly port: number;
  /**
   * Refuse new work, finish what was taken, then close, all within `deadlineMs` (default 10,000) whatever sockets do. What
   * is not done shortly before that is answered with SHUTTING_DOWN, and its connection is cut.
   * Further calls wait for the first.
   */
  close(deadlineMs?: number): Promise<void>;
}

/** Of the time to close, the part that is kept for the last answers to go out. */
const FINAL_FLUSH_MS = 100;

/**
 * Put an app behind a listening socket.
 * @throws MeshError INSECURE_BIND for plain http beyond the machine; Node's errors when the address is taken
 */
export async function serve(serving: ServingApp, options: ListenOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, tls, insecure = false } = options;
  if (!tls && !insecure && !isLoopback(host)) {
    throw new MeshError(
      'INSECURE_BIND',
      'plain http beyond this machine needs TLS, or an explicit "insecure"',
    );
  }
  const limits = { ...defaultConnectionLimits, ...options.connections };
  const server = createHttpServer(limits, tls);
  const connections = new Connections(server, tls !== undefined, limits);
  answerClientErrors(server, connections);
  attach(server, serving, allowedHosts(host, serving, options.allowedHosts));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.off('error', reject) && undefined));
  });

  const address = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  return {
    url: `${tls ? 'https' : 'http'}://${name}:${address.port}`,
    port: address.port,
    close: (deadlineMs = 10_000) => (closing ??= closeGracefully(server, connections, serving, deadlineMs)),
  };
}

function createHttpServer(limits: ConnectionLimits, tls: TlsOptions | undefined): Server {
  const options: ServerOptions = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    // a body has as long as it makes progress: see read-body.ts
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs / 4),
  };
  const server = tls ? createTlsServer({ ...options, ...toServerOptions(tls) }) : createServer(options);
  server.maxConnections = limits.maxConnections;
  return server;
}

type HostRule = (host: string | undefined) => boolean;

/** May a request with this `Host` header be answered? */
function allowedHosts(
  listening: string,
  { authenticated }: ServingApp,
  names: readonly string[] = [],
): HostRule | undefined {
  const local = isLoopback(listening) && !authenticated;
  if (!local && names.length === 0) return undefined;
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  return (host) => {
    // HTTP/1.0 has no Host, and no browser speaks it
    if (host === undefined) return true;
    const name = host
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .toLowerCase();
    return isLoopback(name) || name.endsWith('.localhost') || allowed.has(name);
  };
}

function attach(server: Server, { app, limits }: ServingApp, hosts: HostRule | undefined): void {
  const answer = (request: Request, env: object) => {
    if (!hosts || hosts((env as AppEnv['Bindings']).incoming?.headers.host)) return app.fetch(request, env);
    return problemResponse(new Refusal('FORBIDDEN', 'this server does not answer under this Host'));
  };
  const listener = getRequestListener((request, env) => answer(request, env as object), {
    errorHandler: (error) =>
      problemResponse(
        error instanceof RequestError
          ? new Refusal('MALFORMED_REQUEST', 'the request target or its Host is not valid')
          : error,
      ),
  });
  server.on('request', listener);
  // a body that would be refused for its length is not asked for
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!(Number(incoming.headers['content-length']) > limits.maxBodyBytes)) outgoing.writeContinue();
    server.emit('request', incoming, outgoing);
  });
}

async function closeGracefully(
  server: Server,
  connections: Connections,
  serving: ServingApp,
  deadlineMs: number,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  const flushMs = Math.min(FINAL_FLUSH_MS, deadlineMs / 2);
  if (!(await settled(serving.drain(), deadlineMs - flushMs))) serving.giveUp();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.closeIdle();
  await settled(closed, deadline - performance.now());
  connections.destroyAll();
  await closed;
  await serving.close();
}

/** Does the work end within `ms`? */
async function settled(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
