import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect as connectTcp } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '@sharemesh/client/node';
import type { Client, UndiciTransportOptions } from '@sharemesh/client/node';
import { openProxy } from '../../src/transport/proxy.ts';
import { failure } from '../support/expect-error.ts';
import { testAuthority } from '../support/certificates.ts';
import type { Certificate, TestAuthority } from '../support/certificates.ts';
import { listenerOf } from '../support/listener-of.ts';
import { plaintext, sample, testBundle } from '../support/test-mesh.ts';
import { TestParty } from '../support/test-party.ts';
import { describeWithOpenssl } from '../../../../tests/support/openssl.ts';

const environment = (url: string, noProxy = '') => ({ HTTPS_PROXY: url, NO_PROXY: noProxy });
const PROXY = 'http://proxy.example:3128';

describe('the proxy of the environment', () => {
  const covers = (server: string, env: Record<string, string>) =>
    openProxy(undefined, env)?.covers(new URL(server)) ?? false;

  it('is HTTPS_PROXY, in either case, for servers by https', () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy']) {
      for (const url of [PROXY, 'proxy.example:3128', 'https://user:secret@proxy.example']) {
        expect(covers('https://a.example', { [name]: url })).toBe(true);
      }
    }
    expect(covers('https://a.example', { https_proxy: '', HTTPS_PROXY: PROXY })).toBe(true);
    for (const env of [{}, { HTTPS_PROXY: '' }, { HTTP_PROXY: PROXY }, { ALL_PROXY: PROXY }]) {
      expect(openProxy(undefined, env as Record<string, string>)).toBeUndefined();
    }
    expect(openProxy(false, environment(PROXY))).toBeUndefined();
  });

  it.each([
    'http://a.example',
    'https://localhost:1',
    'https://127.0.0.2',
    'https://[::1]:8443',
    'https://b.localhost',
  ])('never stands before %s', (server) => {
    expect(covers(server, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY })).toBe(false);
    expect(openProxy(PROXY, {})!.covers(new URL(server))).toBe(false);
  });

  it.each([
    ['*', 'https://a.example', true],
    ['a.example', 'https://a.example', true],
    ['A.Example.', 'https://a.example', true],
    ['a.example', 'https://b.a.example', true],
    ['.a.example', 'https://b.a.example', true],
    ['*.a.example', 'https://b.a.example', true],
    ['a.example', 'https://ba.example', false],
    ['b.example, a.example', 'https://a.example', true],
    ['b.example a.example', 'https://a.example', true],
    ['a.example:443', 'https://a.example', true],
    ['a.example:8443', 'https://a.example:8443', true],
    ['a.example:8443', 'https://a.example', false],
    ['192.0.2.1', 'https://192.0.2.1:8443', true],
    ['192.0.2.1', 'https://192.0.2.10', false],
    ['192.0.2.0/24', 'https://192.0.2.77', true],
    ['192.0.2.0/24', 'https://192.0.3.77', false],
    ['192.0.2.0/24', 'https://a.example', false],
    ['2001:db8::/32', 'https://[2001:db8::7]', true],
    ['2001:db8::7', 'https://[2001:db8::7]', true],
    ['[2001:db8::7]:8443', 'https://[2001:db8::7]:8443', true],
    ['', 'https://a.example', false],
  ])('NO_PROXY=%s spares %s: %s', (noProxy, server, spared) => {
    expect(covers(server, environment(PROXY, noProxy))).toBe(!spared);
    // a proxy that the caller names is meant for all servers
    expect(openProxy(PROXY, environment('', noProxy))!.covers(new URL(server))).toBe(true);
  });

  it.each(['socks5://proxy.example', 'http://', 'ftp://proxy.example', 'http://proxy .example'])(
    'is refused where it is %s, and a password is not repeated',
    async (url) => {
      const options = { parties: ['https://a.example', 'https://b.example'], model: 'test' };
      const withUser = url.replace('://', '://user:secret@');
      const error = await failure(connect(options, { proxy: withUser }), 'INVALID_OPTION');
      expect(error.message).not.toContain('secret');
      expect(() => openProxy(undefined, environment(url))).toThrow(/HTTPS_PROXY/);
    },
  );
});

describeWithOpenssl('through a proxy', () => {
  const x = sample(12, 2);
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let authority: TestAuthority;
  beforeAll(() => {
    authority = testAuthority();
  });
  afterAll(() => authority.remove());
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** A proxy that leads names to ports of this machine, and keeps what it saw. */
  async function startProxy(routes: Map<string, number>) {
    const seen: { asked: string[]; authorization: Set<string | undefined>; bytes: Buffer[]; status: number } =
      {
        asked: [],
        authorization: new Set(),
        bytes: [],
        status: 200,
      };
    const server = createServer((_, response) => response.writeHead(500).end());
    server.on('connect', (request, client: Socket) => {
      seen.asked.push(request.url!);
      seen.authorization.add(request.headers['proxy-authorization']);
      const port = routes.get(request.url!);
      if (seen.status !== 200 || port === undefined) return client.end(`HTTP/1.1 ${seen.status} No\r\n\r\n`);
      const upstream = connectTcp(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      sockets.add(upstream);
      upstream.on('error', () => client.destroy());
      client
        .on('data', (chunk: Buffer) => seen.bytes.push(chunk))
        .pipe(upstream)
        .pipe(client);
      client.once('close', () => upstream.destroy());
    });
    return { url: `http://127.0.0.1:${await listen(server)}`, seen };
  }

  const serve = async (party: TestParty, { key, cert }: Certificate) =>
    listen(createTlsServer({ key, cert }, listenerOf(party)));

  /** Parties a and b with keys of their own, behind a proxy. */
  async function start() {
    const parties = ['One', 'Two'].map((name) => new TestParty(testBundle(), name));
    const certificates = ['a', 'b'].map(() => authority.issue('DNS:a.example,DNS:b.example'));
    const ports = await Promise.all(parties.map((party, i) => serve(party, certificates[i]!)));
    const routes = new Map(ports.map((port, i) => [`${'ab'[i]}.example:443`, port]));
    const proxy = await startProxy(routes);
    const open = (more: UndiciTransportOptions = {}): Promise<Client> =>
      connect(
        { parties: ['https://a.example', 'https://b.example'], model: 'test', retries: 5 },
        { proxy: proxy.url, tls: { ca: authority.cert }, ...more },
      );
    return { parties, certificates, routes, proxy, open };
  }

  it('parties are reached end to end by TLS: the proxy sees their names, and no byte of a request', async () => {
    const { parties, proxy, open } = await start();
    const client = await open({ proxy: proxy.url.replace('://', '://user:pass%20word@') });
    const { output } = await client.infer(x);
    expect(output[0]).toBeCloseTo(plaintext(x)[0]!, 6);
    await client.close();
    expect(new Set(proxy.seen.asked)).toEqual(new Set(['a.example:443', 'b.example:443']));
    expect([...proxy.seen.authorization]).toEqual([
      `Basic ${Buffer.from('user:pass word').toString('base64')}`,
    ]);
    const wire = Buffer.concat(proxy.seen.bytes).toString('latin1');
    expect(wire.length).toBeGreaterThan(1_000);
    for (const { seen } of parties) {
      for (const { request, inputs } of seen) {
        expect(wire).not.toContain(request.request_id);
        for (const { data } of inputs) expect(wire).not.toContain(Buffer.from(data).toString('latin1'));
      }
    }
  });

  it('the proxy of the environment is used without a word, unless it is declined', async () => {
    const { proxy } = await start();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', '');
    const options = { parties: ['https://a.example', 'https://b.example'], model: 'test', retries: 0 };
    try {
      const client = await connect(options, { tls: { ca: authority.cert } });
      await client.close();
      const { length } = proxy.seen.asked;
      expect(length).toBeGreaterThan(0);
      await failure(connect({ ...options, deadlineMs: 2_000 }, { proxy: false }), 'HOST_NOT_FOUND');
      expect(proxy.seen.asked).toHaveLength(length);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('parties with one TLS key are one, and the proxy’s address says nothing of theirs', async () => {
    const { routes, open } = await start();
    const shared = authority.issue('DNS:a.example,DNS:b.example');
    const ports = await Promise.all(
      ['One', 'Two'].map((name) => serve(new TestParty(testBundle(), name), shared)),
    );
    await (await open()).close();
    routes.set('a.example:443', ports[0]!).set('b.example:443', ports[1]!);
    const error = await failure(open(), 'COLOCATED_PARTIES');
    expect(error.message).toContain('the same TLS key');
  });

  it('a party that shows another’s key on a later connection gets nothing', async () => {
    const { parties, certificates, routes, open } = await start();
    const client = await open();
    await client.infer(x);
    // the name of b now leads to a machine with the key of a
    const impostor = new TestParty(testBundle(), 'Two');
    routes.set('b.example:443', await serve(impostor, certificates[0]!));
    for (const socket of sockets) socket.destroy();
    const error = await failure(client.infer(x), 'COLOCATED_PARTIES');
    expect(error).toMatchObject({ party: 'https://b.example', retryable: false });
    expect(error.message).toContain('the same TLS key');
    expect(impostor.paths).toEqual([]);
    // a itself is as good as before, and so is b once it is back
    routes.set('b.example:443', await serve(parties[1]!, certificates[1]!));
    expect((await client.infer(x)).output[0]).toBeCloseTo(plaintext(x)[0]!, 6);
    await client.close();
  });

  it('what the proxy refuses is told from what a server does', async () => {
    const { proxy, open } = await start();
    for (const [status, words, retryable] of [
      [407, /proxy .* answered 407: it asks for other credentials/, false],
      [403, /proxy .* answered 403/, false],
      [502, /proxy .* answered 502/, true],
    ] as const) {
      proxy.seen.status = status;
      const error = await failure(open(), 'CONNECTION_FAILED');
      expect(error.message).toMatch(words);
      expect(error.retryable).toBe(retryable);
    }
    const gone = await failure(open({ proxy: 'http://user:secret@127.0.0.1:1' }), 'CONNECTION_FAILED');
    expect(gone.message).toContain('the proxy http://127.0.0.1:1 cannot be reached');
    expect(gone.message).not.toContain('secret');
  });

  it('a pin holds through it, and so do the names of certificates', async () => {
    const { routes, open } = await start();
    await failure(
      open({
        tls: {
          ca: authority.cert,
          pins: { 'https://a.example': 'n3dNcH43TClpDuyYl55EwbTTAuj4T7IloK4GNaH1bnE=' },
        },
      }),
      'UNTRUSTED_KEY',
    );
    routes.set(
      'b.example:443',
      await serve(new TestParty(testBundle(), 'Two'), authority.issue('DNS:c.example')),
    );
    await failure(open(), 'CERTIFICATE_NAME_MISMATCH');
  });

  it('nothing goes to this machine, nor by plain http', async () => {
    const { proxy } = await start();
    const local = ['One', 'Two'].map((name) => new TestParty(testBundle(), name));
    const ports = await Promise.all(local.map((party) => listen(createServer(listenerOf(party)))));
    const client = await connect(
      { parties: ports.map((port) => `http://127.0.0.1:${port}`), model: 'test', allowColocated: true },
      { proxy: proxy.url },
    );
    await client.infer(x);
    await client.close();
    expect(proxy.seen.asked).toEqual([]);
  });
});
