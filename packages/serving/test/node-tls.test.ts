import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '@sharemesh/serving';
import { serve } from '@sharemesh/serving/node';
import { TestEngine } from './support/test-engine.ts';
import { party } from './support/serving.ts';
import { describeWithOpenssl } from '../../../tests/support/openssl.ts';

describeWithOpenssl('over TLS', () => {
  let folder: string;
  const file = (name: string) => readFileSync(join(folder, name));

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sharemesh-serving-'));
    for (const name of ['server', 'client', 'stranger']) selfSigned(folder, name);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const newApp = () => createApp({ engines: [new TestEngine()], party });
  const server = () => ({ key: file('server.key'), cert: file('server.crt') });
  const client = (name: string) => ({ key: file(`${name}.key`), cert: file(`${name}.crt`) });

  it('answers on any address, by https only', async () => {
    const running = await serve(newApp(), { host: '0.0.0.0', tls: server() });
    expect(running.url).toMatch(/^https:/);
    expect(await health(running.port, { ca: file('server.crt') })).toBe(200);
    await expect(health(running.port, {})).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${running.port}/v1/health`)).rejects.toThrow();
    await running.close();
  });

  it('takes only clients of its authority under mutual TLS', async () => {
    const running = await serve(newApp(), { tls: { ...server(), clientCa: file('client.crt') } });
    const ca = file('server.crt');
    expect(await health(running.port, { ca, ...client('client') })).toBe(200);
    await expect(health(running.port, { ca })).rejects.toThrow();
    await expect(health(running.port, { ca, ...client('stranger') })).rejects.toThrow();
    await running.close();
  });

  it('frees the place of connections that never finish their handshake', async () => {
    const connections = { maxConnections: 4, headersTimeoutMs: 300 };
    const running = await serve(newApp(), { tls: server(), connections });
    const silent = Array.from({ length: 4 }, () =>
      connect(running.port, '127.0.0.1').on('error', () => undefined),
    );
    // one of them begins a handshake, and does not go on
    silent[0]!.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    await Promise.all(silent.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    expect(await health(running.port, { ca: file('server.crt') })).toBe(200);
    await running.close();
  });

  it.each([0, 1, 3])('closes within its deadline with %i silent connections', async (count) => {
    const running = await serve(newApp(), { tls: server() });
    const silent = Array.from({ length: count }, () =>
      connect(running.port, '127.0.0.1').on('error', () => undefined),
    );
    const secure = connectTls({ port: running.port, host: '127.0.0.1', ca: file('server.crt') });
    secure.on('error', () => undefined);
    await new Promise((resolve) => secure.once('secureConnect', resolve));
    secure.write('GET /v1/health HTTP/1.1\r\n');
    const closed = silent.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await running.close(500);
    await Promise.all(closed);
    await expect(health(running.port, { ca: file('server.crt') })).rejects.toThrow();
  });
});

function selfSigned(folder: string, name: string): void {
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...algorithm, ...files, ...subject], { stdio: 'pipe' });
}

function health(port: number, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/v1/health', agent: false, ...options }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}
