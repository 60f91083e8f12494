import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, undiciTransport } from '@sharemesh/client/node';
import type { Transport, TransportRequest } from '@sharemesh/client/node';
import { failure } from './support/expect-error.ts';
import { describeWithOpenssl } from '../../../tests/support/openssl.ts';

const servers: Server[] = [];
const transports: Transport[] = [];
afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.close()));
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

async function listen(server: Server, scheme = 'http'): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://localhost:${(server.address() as AddressInfo).port}`;
}

function open(...options: Parameters<typeof undiciTransport>): Transport {
  const transport = undiciTransport(...options);
  transports.push(transport);
  return transport;
}

const request = (origin: string, more: Partial<TransportRequest> = {}): TransportRequest => ({
  method: 'POST',
  url: new URL('/v1/infer', origin),
  headers: { 'x-test': 'yes' },
  body: [new Uint8Array([1, 2]), new Uint8Array([3])],
  signal: new AbortController().signal,
  maxResponseBytes: 100,
  ...more,
});

const echo: RequestListener = (incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const { method, url, headers } = incoming;
    const body = Buffer.concat(chunks).toString('hex');
    response.setHeader('retry-after', '7');
    response.end([method, url, headers['x-test'], headers['content-length'], body].join(' '));
  });
};

describe('the undici transport', () => {
  it('sends the chunks as one body, and reads status, headers and body', async () => {
    const origin = await listen(createServer(echo));
    const transport = open();
    const response = await transport.request(request(origin));
    expect(response.status).toBe(200);
    expect(response.header('retry-after')).toBe('7');
    expect(response.header('location')).toBeUndefined();
    expect(new TextDecoder().decode(response.body)).toBe('POST /v1/infer yes 3 010203');
    expect(transport.identify!(origin)).toEqual({ address: '127.0.0.1' });
  });

  it('keeps its connections, and opens no more than it may', async () => {
    let connections = 0;
    const server = createServer(echo).on('connection', () => connections++);
    const origin = await listen(server);
    const transport = open({ connections: 3 });
    for (let i = 0; i < 3; i++) {
      await Promise.all(Array.from({ length: 12 }, () => transport.request(request(origin))));
    }
    expect(connections).toBe(3);
  });

  it('neither follows a redirect nor reads beyond the limit', async () => {
    const origin = await listen(
      createServer((incoming, response) => {
        if (incoming.method === 'GET') response.writeHead(307, { location: 'http://localhost:1/' }).end();
        else response.end(Buffer.alloc(101));
      }),
    );
    const transport = open();
    expect((await transport.request(request(origin, { method: 'GET' }))).status).toBe(307);
    await failure(transport.request(request(origin)), 'REPLY_TOO_LARGE');
  });

  it('gives up when its signal says so', async () => {
    const origin = await listen(createServer(() => undefined));
    const controller = new AbortController();
    const answer = open().request(request(origin, { signal: controller.signal }));
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(answer).rejects.toThrow('enough');
  });
});

describeWithOpenssl('over TLS', () => {
  let folder: string;
  let cert: string;
  let origins: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sharemesh-tls-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
    const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...algorithm, '-keyout', key, '-out', certificate, ...subject], {
      stdio: 'pipe',
    });
    cert = readFileSync(certificate, 'utf8');
    const options = { key: readFileSync(key), cert };
    origins = await Promise.all([1, 2].map(() => listen(createTlsServer(options, echo), 'https')));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const pinOf = (pem: string) =>
    createHash('sha256')
      .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');

  it('trusts the given authority only', async () => {
    const [origin] = origins as [string];
    await expect(open().request(request(origin))).rejects.toThrow(/self.signed/);
    expect((await open({ tls: { ca: cert } }).request(request(origin))).status).toBe(200);
  });

  it('understands a pin however its server is spelt, and refuses one that would do nothing', async () => {
    const [origin] = origins as [string];
    const { host } = new URL(origin);
    const other = `${'A'.repeat(43)}=`;
    for (const name of [
      origin,
      `${origin}/`,
      origin.toUpperCase(),
      host,
      `${origin}/v1`,
      host.toUpperCase(),
    ]) {
      const transport = open({ tls: { ca: cert, pins: { [name]: other } } });
      await expect(transport.request(request(origin)), name).rejects.toMatchObject({ code: 'UNTRUSTED_KEY' });
    }
    const refused = (pins: Record<string, string>) =>
      expect(() => undiciTransport({ tls: { pins } }), JSON.stringify(pins)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      );
    refused({ [`http://${host}`]: other });
    refused({ '': other });
    refused({ 'https://': other });
    refused({ [origin]: 'another' });
    refused({ [origin]: '' });
    refused({ [origin]: other, [`${origin}/`]: pinOf(cert) });
    const pins = { 'https://elsewhere.example': other };
    await failure(connect({ parties: origins, model: 'any' }, { tls: { ca: cert, pins } }), 'INVALID_OPTION');
  });

  it('refuses another key than the pinned one before anything is sent', async () => {
    const [origin] = origins as [string];
    const right = open({ tls: { ca: cert, pins: { [origin]: pinOf(cert) } } });
    expect((await right.request(request(origin))).status).toBe(200);
    const wrong = open({ tls: { ca: cert, pins: { [origin]: 'A'.repeat(43) + '=' } } });
    await failure(wrong.request(request(origin)), 'UNTRUSTED_KEY');
    const options = { parties: origins, model: 'any', retries: 3 };
    const pins = Object.fromEntries(origins.map((each) => [each, `${'A'.repeat(43)}=`]));
    const error = await failure(connect(options, { tls: { ca: cert, pins } }), 'UNTRUSTED_KEY');
    expect(error.retryable).toBe(false);
    expect(origins).toContain(error.party);
  });

  it('tells two parties with one key', async () => {
    const transport = open({ tls: { ca: cert } });
    await Promise.all(origins.map((origin) => transport.request(request(origin))));
    const [first, second] = origins.map((origin) => transport.identify!(origin));
    expect(first!.tlsKey).toBe(pinOf(cert));
    expect(second).toEqual(first);
  });
});
