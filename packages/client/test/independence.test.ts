import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '@sharemesh/client/node';
import type { UndiciTransportOptions } from '@sharemesh/client/node';
import { failure } from './support/expect-error.ts';
import { listenerOf } from './support/listener-of.ts';
import { testBundle } from './support/test-mesh.ts';
import { TestParty } from './support/test-party.ts';
import { describeWithOpenssl } from '../../../tests/support/openssl.ts';

// The ways to set parties up that are one and the same, over real sockets. What is independent of what: conflicts.test.ts.

const bundle = testBundle();
const servers: Server[] = [];
afterAll(async () => {
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

async function listen(server: Server, host: string): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

const serveAt = (host: string, party: TestParty) => listen(createServer(listenerOf(party)), host);

/** Refused for this sign; and the same parties work for who allows them. */
async function expectRefusal(parties: string[], sign: string, transport: UndiciTransportOptions = {}) {
  const error = await failure(connect({ parties, model: 'test' }, transport), 'COLOCATED_PARTIES');
  expect(error.message).toContain(`the same ${sign}:`);
  expect(error.retryable).toBe(false);
  const client = await connect({ parties, model: 'test', allowColocated: true }, transport);
  await client.close();
}

describe('parties that are one and the same are refused', () => {
  const partyOf = (operator: string) => new TestParty(bundle, operator);

  it('for the same URL', async () => {
    const port = await serveAt('127.0.0.1', partyOf('One'));
    await expectRefusal([`http://127.0.0.1:${port}`, `http://127.0.0.1:${port}/`], 'URL');
  });

  it('for the same origin', async () => {
    const port = await serveAt('127.0.0.1', partyOf('One'));
    await expectRefusal([`http://127.0.0.1:${port}/a`, `http://127.0.0.1:${port}/b`], 'origin');
  });

  it('for the same address under two names', async () => {
    const ports = [await serveAt('127.0.0.1', partyOf('One')), await serveAt('127.0.0.1', partyOf('Two'))];
    await expectRefusal([`http://127.0.0.1:${ports[0]}`, `http://localhost:${ports[1]}`], 'address');
  });

  it('for the same operator, however it is written', async () => {
    const ports = [await serveAt('127.0.0.1', partyOf('One')), await serveAt('127.0.0.2', partyOf(' ONE '))];
    await expectRefusal([`http://127.0.0.1:${ports[0]}`, `http://127.0.0.2:${ports[1]}`], 'operator');
  });

  it('for the same boot nonce: one process behind two addresses', async () => {
    const [one, two] = [partyOf('One'), partyOf('Two')];
    two.bootNonce = one.bootNonce;
    const ports = [await serveAt('127.0.0.1', one), await serveAt('127.0.0.2', two)];
    await expectRefusal([`http://127.0.0.1:${ports[0]}`, `http://127.0.0.2:${ports[1]}`], 'boot nonce');
  });

  it.each([
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::1'],
    ['127.0.0.2', '::1'],
  ])('for being this machine, at %s and at %s', async (one, other) => {
    const hosts = [one, other];
    const parties = await Promise.all(
      hosts.map(async (host, i) => {
        const port = await serveAt(host, partyOf(`Operator ${i}`));
        return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      }),
    );
    await expectRefusal(parties, 'address');
  });
});

describeWithOpenssl('over TLS', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sharemesh-keys-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A certificate of its own for a key. */
  function certify(name: string, key: string): { readonly key: Buffer; readonly cert: Buffer } {
    const [keyPath, certPath] = [join(folder, `${key}.key`), join(folder, `${name}.crt`)];
    const make = (...parts: string[]) => execFileSync('openssl', parts, { stdio: 'pipe' });
    try {
      readFileSync(keyPath);
    } catch {
      make('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', keyPath);
    }
    const names = [
      '-addext',
      'subjectAltName=IP:127.0.0.1,IP:127.0.0.2',
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
    ];
    make('req', '-x509', '-new', '-key', keyPath, '-out', certPath, ...names);
    return { key: readFileSync(keyPath), cert: readFileSync(certPath) };
  }

  it('two certificates of one TLS key are refused, two keys are not', async () => {
    const reach = async (certificates: ReturnType<typeof certify>[]) => {
      const hosts = ['127.0.0.1', '127.0.0.2'];
      const parties = await Promise.all(
        hosts.map(async (host, i) => {
          const party = new TestParty(bundle, `Operator ${i + 1}`);
          return `https://${host}:${await listen(createTlsServer(certificates[i]!, listenerOf(party)), host)}`;
        }),
      );
      return { parties, tls: { ca: certificates.map(({ cert }) => cert.toString()) } };
    };
    const shared = await reach([certify('one', 'first'), certify('two', 'first')]);
    await expectRefusal(shared.parties, 'TLS key', { tls: shared.tls });
    // that both are on this machine is all that is left to say against two keys
    const apart = await reach([certify('three', 'first'), certify('four', 'second')]);
    await expectRefusal(apart.parties, 'address', { tls: apart.tls });
  });
});
