import { MeshError } from '@sharemesh/wire/errors';
import { isProblemCode } from '@sharemesh/wire';
import type { ErrorCode, Problem } from '@sharemesh/wire';

/*
 * What a failed request means: which of the many ways to fail it was, whether another try may help, and what to look at.
 */

/** Statuses that say "not now" rather than "no": only these are ever tried again. */
const TRANSIENT = new Set([408, 409, 425, 429, 500, 502, 503, 504]);

/** What an answer without a v1 problem means: it is rarely the server's own. */
const FOREIGN: Readonly<Record<number, string>> = {
  400: 'it did not understand the request; if it expects https, use https',
  401: 'a gateway before the server asks for credentials of its own',
  403: 'a proxy or firewall before the server refuses the request',
  404: 'nothing of v1 is at this URL; check its host, port and path',
  405: 'nothing of v1 is at this URL; check its host, port and path',
  407: 'a proxy on the way asks for credentials',
  413: 'a proxy before the server takes no body this large',
  421: 'a proxy before the server does not know this host name',
  426: 'it expects another protocol; if it expects https, use https',
  429: 'a proxy before the server limits requests',
  502: 'a proxy before the server cannot reach it',
  503: 'a proxy before the server cannot reach it, or is overloaded',
  504: 'a proxy before the server had no answer from it in time',
  511: 'the network asks for a login',
};

/** An answer, taken apart. */
export interface Answer {
  readonly status: number;
  /** Media type, where it names one. */
  readonly type: string | undefined;
  /** The problem it holds, where it holds one. */
  readonly problem: Problem | undefined;
}

/** The error that an answer other than 200 and 202 stands for. */
export function explainAnswer({ status, type, problem }: Answer, party: string): MeshError {
  if (status >= 300 && status < 400) {
    return new MeshError('REDIRECT_REFUSED', `${party} redirects; a share is sent nowhere else`, { party });
  }
  const retryable = TRANSIENT.has(status);
  if (problem?.status === status) return explainProblem(problem, party, retryable && problem.retryable);
  const what = `${party} answered ${status} without a v1 problem (${type ? printable(type) : 'no content type'})`;
  const why = FOREIGN[status];
  return new MeshError('UNEXPECTED_STATUS', why === undefined ? what : `${what}: ${why}`, {
    party,
    retryable,
  });
}

/** The error of a reply of another type than v1 has. */
export const explainType = (type: string | undefined, party: string): MeshError =>
  new MeshError(
    'INVALID_REPLY',
    `${party}: the reply is ${type && printable(type)}: not v1, but a proxy, a login page or another server`,
    { party },
  );

/**
 * The error that a server's problem stands for. Its code is taken over where servers of v1 use it: a server must not be
 * able to pass its answer off as something that only this side can find, such as the caller's own abort.
 */
export function explainProblem(problem: Problem, party: string, retryable: boolean): MeshError {
  const { status, code } = problem;
  const detail = printable(problem.detail ?? problem.title);
  return new MeshError(
    isProblemCode(code) ? code : 'UNEXPECTED_STATUS',
    `${party} refused with ${status} ${code}: ${detail}`,
    { party, retryable },
  );
}

type Explanation = readonly [code: ErrorCode, what: string, retryable: boolean];

const failed = (what: string): Explanation => ['CONNECTION_FAILED', what, true];
const untrusted = (what: string): Explanation => ['CERTIFICATE_UNTRUSTED', what, false];

const EXPIRED = 'CERTIFICATE_EXPIRED';
const OTHER_NAME: Explanation = ['CERTIFICATE_NAME_MISMATCH', 'has a certificate for another name', false];
const NOT_TLS: Explanation = [
  'TLS_FAILED',
  'does not speak TLS at this port; if it is a plain http server, its URL starts with http',
  false,
];
const REFUSED = failed('refuses connections: nothing listens at this address and port');
const RESET = failed('reset the connection');
const UNREACHABLE = failed('cannot be reached: there is no route to its address');
const SLOW = failed('did not accept a connection in time');

/** By the codes of Node's `net`, `dns` and `tls`, of undici, and of Bun. */
const CAUSES: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: REFUSED,
  ConnectionRefused: REFUSED,
  ECONNRESET: RESET,
  ConnectionClosed: RESET,
  EPIPE: RESET,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENETDOWN: UNREACHABLE,
  ETIMEDOUT: SLOW,
  UND_ERR_CONNECT_TIMEOUT: SLOW,
  UND_ERR_HEADERS_TIMEOUT: failed('took the request and then stayed silent'),
  UND_ERR_BODY_TIMEOUT: failed('stopped in the middle of its answer'),
  ENOTFOUND: ['HOST_NOT_FOUND', 'has a host name that DNS does not know', false],
  EAI_AGAIN: ['HOST_NOT_FOUND', 'has a host name that cannot be looked up now: DNS does not answer', true],
  CERT_HAS_EXPIRED: [EXPIRED, 'has a certificate that has expired', false],
  CERT_NOT_YET_VALID: [
    EXPIRED,
    'has a certificate that is not valid yet, or the clock of this machine is wrong',
    false,
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: OTHER_NAME,
  HOSTNAME_MISMATCH: OTHER_NAME,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted('has a certificate that it signed itself'),
  CERT_REVOKED: untrusted('has a certificate that was revoked'),
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  ERR_SSL_HTTP_REQUEST: NOT_TLS,
};

/** The error of a request that got no answer at all, or not all of it. */
export function explainConnection(error: unknown, party: string): MeshError {
  if (MeshError.is(error)) {
    return new MeshError(error.code, `${party}: ${error.message}`, { party, retryable: error.retryable });
  }
  const [code, what, retryable] = explanationOf(error, party);
  return new MeshError(code, `${party} ${what}`, { party, retryable, cause: error });
}

function explanationOf(error: unknown, party: string): Explanation {
  for (const { code = '', name, message = '', socket } of chainOf(error)) {
    if (message === 'bad port') return ['CONNECTION_FAILED', 'is at a port that fetch does not use', false];
    const known = CAUSES[code];
    if (code === 'ECONNRESET' && message.includes('TLS'))
      return ['TLS_FAILED', 'broke off the TLS handshake', true];
    if (known) return known;
    if (/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(code)) {
      return ['TLS_FAILED', `failed the TLS handshake (${code})`, false];
    }
    if (/CERT|ISSUER|SIGNATURE|CRL|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/.test(code)) {
      return untrusted(`has a certificate that no trusted authority vouches for (${code})`);
    }
    if (name === 'HTTPParserError')
      return ['CONNECTION_FAILED', 'answers with something that is not HTTP', false];
    if (code === 'UND_ERR_SOCKET') {
      const silent = socket?.bytesRead === 0 && party.startsWith('http:');
      const hint = silent ? '; if it expects https, use https' : '';
      return failed(`closed the connection before its answer was complete${hint}`);
    }
  }
  return failed(hiddenCause(party));
}

interface Cause {
  readonly code?: string;
  readonly name?: string;
  readonly message?: string;
  readonly socket?: { readonly bytesRead?: number };
  readonly cause?: unknown;
}

/** An error and what caused it: `fetch` of Node wraps the cause that tells. */
function chainOf(error: unknown): Cause[] {
  const chain: Cause[] = [];
  for (let at = error; typeof at === 'object' && at !== null && chain.length < 8; at = (at as Cause).cause) {
    chain.push(at as Cause);
  }
  return chain;
}

/** A browser tells a page nothing of why a request failed. */
function hiddenCause(party: string): string {
  const page = (globalThis as { location?: { readonly origin: string } }).location?.origin;
  const what = 'cannot be reached, or broke off';
  if (page === undefined || page === new URL(party).origin) return what;
  if (page.startsWith('https:') && party.startsWith('http:')) {
    return `${what}; browsers do not let a page that came by https call plain http elsewhere`;
  }
  return `${what}, or does not allow this page: its --cors-origins must list ${page}`;
}

/** A peer's text, fit for a terminal and a log. */
const printable = (text: string) => text.slice(0, 512).replace(/[^\x20-\x7e]/g, '?');
