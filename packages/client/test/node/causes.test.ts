import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectWith, fetchTransport } from '@sharemesh/client';
import type { ConnectOptions, MeshError, Transport } from '@sharemesh/client';
import { undiciTransport } from '@sharemesh/client/node';
import { problem } from '@sharemesh/wire';
import { failure } from '../support/expect-error.ts';
import { testAuthority } from '../support/certificates.ts';
import type { Certificate, TestAuthority } from '../support/certificates.ts';
import { describeWithOpenssl } from '../../../../tests/support/openssl.ts';

// Every way in which a server cannot be reached says which it is, over real sockets, by either transport.

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server that does this once it got something, or `greeting` before that. */
const raw = (answer: (socket: Socket) => void) =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    }),
  );

const answering = (status: number, type: string, body: string, headers: Record<string, string> = {}) =>
  listen(
    createServer((_, response) => response.writeHead(status, { 'content-type': type, ...headers }).end(body)),
  );

const transports: Record<string, (ca?: string) => Transport> = {
  undici: (ca) => undiciTransport(ca === undefined ? {} : { tls: { ca } }),
  fetch: () => fetchTransport(),
};

/** What `connect` says of a bridge at this URL. */
async function causeOf(url: string, code: string, transport: Transport, more: Partial<ConnectOptions> = {}) {
  const options = { bridge: url, model: 'm', retries: 0, ...more } as ConnectOptions;
  const error = await failure(connectWith(transport, options), code);
  expect(error.party).toBe(url);
  expect(error.message.startsWith(url)).toBe(true);
  return error;
}

for (const [name, open] of Object.entries(transports)) {
  describe(`over ${name}`, () => {
    const expectCause = async (
      url: string,
      [code, words, retryable]: readonly [code: string, words: RegExp, retryable: boolean],
      ca?: string,
    ): Promise<MeshError> => {
      const error = await causeOf(url, code, open(ca));
      expect(error.message).toMatch(words);
      expect(error.retryable).toBe(retryable);
      return error;
    };

    it('nobody listens', async () => {
      const port = await listen(createTcpServer());
      await new Promise((resolve) => servers.pop()!.close(resolve));
      await expectCause(`http://127.0.0.1:${port}`, ['CONNECTION_FAILED', /refuses connections/, true]);
    });

    it('the name is not known', async () => {
      // RFC 6761: never resolves; a machine without DNS says that it cannot be asked
      const error = await causeOf('http://sharemesh.invalid', 'HOST_NOT_FOUND', open(), {
        allowInsecure: true,
      });
      expect(error.retryable).toBe(/does not answer/.test(error.message));
    });

    it('the connection is reset, closed early, or closed within the answer', async () => {
      const reset = await raw((socket) => socket.resetAndDestroy());
      await expectCause(`http://127.0.0.1:${reset}`, ['CONNECTION_FAILED', /reset the connection/, true]);
      const silent = await raw((socket) => socket.end());
      await expectCause(`http://127.0.0.1:${silent}`, ['CONNECTION_FAILED', /closed.*use https/, true]);
      const half = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{'));
      const error = await expectCause(`http://127.0.0.1:${half}`, ['CONNECTION_FAILED', /closed/, true]);
      expect(error.message).not.toContain('https, use');
    });

    it('the answer is not HTTP', async () => {
      const port = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
      await expectCause(`http://127.0.0.1:${port}`, ['CONNECTION_FAILED', /not HTTP/, false]);
    });

    it('https is spoken to a server of plain http', async () => {
      const port = await answering(200, 'application/json', '{}');
      await expectCause(`https://127.0.0.1:${port}`, ['TLS_FAILED', /does not speak TLS/, false]);
    });

    it('a server of http/1.1 breaks off the TLS handshake', async () => {
      const port = await raw((socket) => socket.end());
      await expectCause(`https://127.0.0.1:${port}`, ['TLS_FAILED', /broke off the TLS handshake/, true]);
    });

    const page = `<html><body><h1>Error</h1>${'<p>nginx</p>'.repeat(20_000)}</body></html>`;
    const statuses: [status: number, words: RegExp, retryable: boolean][] = [
      [400, /use https/, false],
      [401, /gateway/, false],
      [403, /proxy or firewall/, false],
      [404, /nothing of v1/, false],
      // Node's fetch keeps this status to itself
      ...(name === 'undici'
        ? [[407, /proxy on the way asks for credentials/, false] as (typeof statuses)[number]]
        : []),
      [413, /no body this large/, false],
      [429, /limits requests/, true],
      [500, /answered 500/, true],
      [502, /proxy before the server cannot reach it/, true],
      [503, /overloaded/, true],
      [504, /no answer from it in time/, true],
      [511, /login/, false],
    ];
    it.each(statuses)('a proxy answers %i with a long page', async (status, words, retryable) => {
      const port = await answering(status, 'text/html; charset=utf-8', page);
      const error = await expectCause(`http://127.0.0.1:${port}`, ['UNEXPECTED_STATUS', words, retryable]);
      expect(error.message).toContain(`answered ${status}`);
      expect(error.message).not.toContain('nginx');
    });

    it('a page comes in place of an answer', async () => {
      const port = await answering(200, 'text/html', page.slice(0, 500));
      await expectCause(`http://127.0.0.1:${port}`, ['INVALID_REPLY', /text\/html.*proxy/, false]);
    });

    it('a proxy redirects to its login', async () => {
      const port = await answering(302, 'text/html', '', { location: 'http://login.example/' });
      await expectCause(`http://127.0.0.1:${port}`, ['REDIRECT_REFUSED', /redirects/, false]);
    });

    it.each(['ABORTED', 'COLOCATED_PARTIES', 'CODE_OF_A_LATER_VERSION'])(
      'a server answers with the code %s, which is not a server’s to give',
      async (code) => {
        const body = JSON.stringify({ ...problem('FORBIDDEN', 'no'), code });
        const port = await answering(403, 'application/problem+json', body);
        const error = await expectCause(`http://127.0.0.1:${port}`, [
          'UNEXPECTED_STATUS',
          /refused with 403/,
          false,
        ]);
        expect(error.message).toContain(code);
      },
    );
  });
}

describeWithOpenssl('certificates', () => {
  let authority: TestAuthority;
  beforeAll(() => {
    authority = testAuthority();
  });
  afterAll(() => authority.remove());

  const serve = async ({ key, cert }: Certificate, more = {}) =>
    `https://127.0.0.1:${await listen(createTlsServer({ key, cert, ...more }, (_, response) => response.end()))}`;

  it.each(Object.entries(transports))('that have expired, over %s', async (_, open) => {
    const url = await serve(authority.issue('IP:127.0.0.1', -1));
    const error = await causeOf(url, 'CERTIFICATE_EXPIRED', open(authority.cert));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('has expired') });
  });

  it.each(Object.entries(transports))('that nobody known vouches for, over %s', async (_, open) => {
    const url = await serve(authority.issue('IP:127.0.0.1'));
    const error = await causeOf(url, 'CERTIFICATE_UNTRUSTED', open());
    expect(error.retryable).toBe(false);
  });

  it('are vouched for by the authorities of NODE_EXTRA_CA_CERTS, beside those of Node', async () => {
    const url = await serve(authority.issue('IP:127.0.0.1'));
    const code = `
      import { connect } from '@sharemesh/client/node';
      const error = await connect({ bridge: process.argv[1], model: 'm', retries: 0 }).catch((e) => e);
      process.stdout.write(error.code);`;
    const words = [
      '--import',
      'tsx',
      '--conditions=@sharemesh/source',
      '--input-type=module',
      '-e',
      code,
      url,
    ];
    const codeWith = async (env: Record<string, string>) => {
      const cwd = fileURLToPath(new URL('../../../..', import.meta.url));
      return (await promisify(execFile)(process.execPath, words, { cwd, env: { ...process.env, ...env } }))
        .stdout;
    };
    const file = join(await mkdtemp(join(tmpdir(), 'sharemesh-authority-')), 'ca.pem');
    await writeFile(file, authority.cert);
    expect(await codeWith({})).toBe('CERTIFICATE_UNTRUSTED');
    // the server is trusted now, and what it answers is no list of models
    expect(await codeWith({ NODE_EXTRA_CA_CERTS: file })).toBe('INVALID_REPLY');
    await rm(dirname(file), { recursive: true });
  });

  it('for another name', async () => {
    const url = await serve(authority.issue('DNS:other.example'));
    const error = await causeOf(
      url,
      'CERTIFICATE_NAME_MISMATCH',
      undiciTransport({ tls: { ca: authority.cert } }),
    );
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('another name') });
  });

  it('that the client lacks', async () => {
    const own = authority.issue('IP:127.0.0.1');
    const url = await serve(own, { requestCert: true, rejectUnauthorized: true, ca: authority.cert });
    const error = await causeOf(url, 'CONNECTION_FAILED', undiciTransport({ tls: { ca: authority.cert } }));
    expect(error.message).toMatch(/closed/);
  });

  it.each(Object.entries(transports))(
    'of a server that is spoken to in plain http, over %s',
    async (_, open) => {
      const url = (await serve(authority.issue('IP:127.0.0.1'))).replace('https:', 'http:');
      const error = await causeOf(url, 'CONNECTION_FAILED', open());
      expect(error.message).toContain('if it expects https, use https');
    },
  );
});

describe('in a page of a browser', () => {
  afterEach(() => vi.unstubAllGlobals());
  /** A browser's fetch tells a page nothing of why it failed. */
  const hidden = () => fetchTransport(() => Promise.reject(new TypeError('Failed to fetch')));

  it('a refusal by CORS cannot be told from silence, so both are named, with the setting', async () => {
    vi.stubGlobal('location', { origin: 'https://app.example' });
    const error = await causeOf('https://a.example', 'CONNECTION_FAILED', hidden());
    expect(error.message).toContain('--cors-origins must list https://app.example');
    const plain = await causeOf('http://127.0.0.1:4001', 'CONNECTION_FAILED', hidden());
    expect(plain.message).toContain('plain http');
  });

  it('its own server needs no leave, and no page no CORS', async () => {
    vi.stubGlobal('location', { origin: 'https://a.example' });
    expect((await causeOf('https://a.example', 'CONNECTION_FAILED', hidden())).message).not.toContain('cors');
    vi.unstubAllGlobals();
    expect((await causeOf('https://a.example', 'CONNECTION_FAILED', hidden())).message).not.toContain('cors');
  });
});
