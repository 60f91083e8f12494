import { BlockList, isIP } from 'node:net';
import type { Socket } from 'node:net';
// by its file: under its plain name Bun has a stand-in without pools
import { Pool } from 'undici/index.js';
import { MeshError } from '@sharemesh/wire/errors';
import { isLoopback } from './server-url.ts';

/** A way to servers through an HTTP proxy: CONNECT, then TLS end to end, of which the proxy sees sizes and times. */
export interface Proxy {
  /** Does it stand between this machine and the server? */
  covers(url: URL): boolean;
  /** A connection to the server, not yet encrypted; or a MeshError CONNECTION_FAILED. */
  open(hostname: string, port: string, callback: Opened): void;
  destroy(): Promise<void>;
}

type Opened = (...outcome: [error: MeshError, socket: null] | [error: null, socket: Socket]) => void;

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that does not answer a CONNECT is given up after this. */
const SILENCE_MS = 30_000;

/**
 * The proxy that is asked for; by default the one of the environment: HTTPS_PROXY, without the hosts of NO_PROXY (each
 * also in lower case, which comes first, as curl has it).
 *
 * Only servers by https are reached through it, since a share in plain http would be the proxy's to read; and never
 * this machine itself.
 *
 * @param choice its URL; false for none
 * @throws MeshError INVALID_OPTION
 */
export function openProxy(
  choice?: string | false,
  environment: Environment = process.env,
): Proxy | undefined {
  if (choice === false) return undefined;
  const text = choice ?? (environment['https_proxy'] || environment['HTTPS_PROXY']);
  if (text === undefined || text === '') return undefined;
  const url = parseProxyUrl(text, choice === undefined ? 'HTTPS_PROXY' : 'proxy');
  const spared =
    choice === undefined
      ? parseNoProxy(environment['no_proxy'] || environment['NO_PROXY'] || '')
      : () => false;
  const pool = new Pool(url.origin, { headersTimeout: SILENCE_MS });
  const headers = authorizationOf(url);
  const failed = (what: string, retryable: boolean, cause?: unknown) =>
    new MeshError('CONNECTION_FAILED', `the proxy ${url.origin} ${what}`, { retryable, cause });
  return {
    covers: (server) => server.protocol === 'https:' && !isLoopback(server.hostname) && !spared(server),
    open(hostname, port, callback) {
      const authority = `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
      pool.connect({ path: authority, headers: { ...headers, host: authority } }, (error, answer) => {
        if (error || !answer) return callback(failed('cannot be reached', true, error), null);
        const { statusCode, socket } = answer;
        if (statusCode === 200) return callback(null, socket as Socket);
        socket.destroy();
        const why = statusCode === 407 ? ': it asks for other credentials' : '';
        callback(failed(`answered ${statusCode}${why}`, statusCode >= 500), null);
      });
    },
    destroy: () => pool.destroy(),
  };
}

function parseProxyUrl(text: string, name: string): URL {
  let url: URL;
  try {
    // `proxy.example:3128` is how many have it
    url = new URL(text.includes('://') ? text : `http://${text}`);
  } catch {
    throw new MeshError('INVALID_OPTION', `${name} must be the URL of a proxy`);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new MeshError('INVALID_OPTION', `${name} must be the URL of an HTTP proxy, by http or https`);
}

function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/**
 * The hosts that are reached without the proxy: names with their subdomains, addresses, networks (`10.0.0.0/8`), each
 * with a port or without; `*` for all.
 */
function parseNoProxy(text: string): (server: URL) => boolean {
  const rules = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const spares = rules.map(ruleOf);
  return ({ hostname, port }) => spares.some((spare) => spare(plainHost(hostname), port || '443'));
}

type Rule = (host: string, port: string) => boolean;

function ruleOf(entry: string): Rule {
  if (entry === '*') return () => true;
  // `host`, `host:port`, `[::1]:port`, `::1`
  const [, bare = '', port] = isIP(entry) ? [entry, entry] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  const within = networkOf(bare);
  const name = plainHost(bare.replace(/^\*?\./, ''));
  const matches = within ?? ((host: string) => host === name || host.endsWith(`.${name}`));
  return (host, at) => (port === undefined || port === at) && matches(host);
}

/** What lies in a network such as `10.0.0.0/8`; undefined for what is none. */
function networkOf(text: string): ((host: string) => boolean) | undefined {
  const [, address, prefix] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address ?? '');
  if (version === 0 || Number(prefix) > (version === 4 ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address!, Number(prefix), `ipv${version as 4 | 6}`);
  return (host) => isIP(host) > 0 && list.check(host, `ipv${isIP(host) as 4 | 6}`);
}

const plainHost = (hostname: string) => hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
