import { describe, expect, it } from 'vitest';
import { digestOf } from '@sharemesh/model';
import { connectWith } from '@sharemesh/client';
import type { ConnectOptions, PartiesOptions } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { sample, testBundle, testMesh } from './support/test-mesh.ts';
import { TestParty, json } from './support/test-party.ts';

describe('connect', () => {
  it('closes the transport when it fails, and when the client is closed', async () => {
    const mesh = testMesh(2);
    await failure(mesh.connect({ model: 'another' }), 'UNKNOWN_MODEL');
    expect(mesh.closed()).toBe(1);
    const client = await mesh.connect();
    expect(mesh.closed()).toBe(1);
    await client.close();
    expect(mesh.closed()).toBe(2);
    await failure(client.infer(sample(12, 1)), 'CLIENT_CLOSED');
  });

  it('refuses options that make no sense', async () => {
    const parties = ['https://a.example', 'https://b.example'];
    const wrong: unknown[] = [
      undefined,
      {},
      { model: 'test' },
      { parties, bridge: 'https://a.example', model: 'test' },
      { parties },
      { parties, model: 7 },
      { parties, model: { id: 'test', digest: 'sha256:0' } },
      { parties: parties.slice(1), model: 'test' },
      { parties: Array.from({ length: 17 }, (_, i) => `https://p${i}.example`), model: 'test' },
      { parties: ['https://a.example', 7], model: 'test' },
      { parties: ['https://a.example', 'not a url'], model: 'test' },
      { parties: ['https://a.example', 'ftp://b.example'], model: 'test' },
      { parties: ['https://a.example', 'https://user:secret@b.example'], model: 'test' },
      { parties: ['https://a.example', 'https://b.example/?token=secret'], model: 'test' },
      { parties, model: 'test', verfication: 'freivalds' },
      { parties, model: 'test', verification: 'freivalds' },
      { parties, model: 'test', verification: 'sometimes' },
      { parties, model: 'test', checks: { vectors: [] } },
      { parties, model: 'test', sharing: { scheme: 'shamir' } },
      { parties, model: 'test', sharing: { scheme: 'shamir', threshold: 3 } },
      { parties, model: 'test', sharing: { scheme: 'xor' } },
      { parties, model: 'test', seeded: 'yes' },
      { parties, model: 'test', fractionBits: 61 },
      { parties, model: 'test', fractionBits: 1.5 },
      { parties, model: 'test', deadlineMs: -1 },
      { parties, model: 'test', retries: 1e9 },
      { parties, model: 'test', token: 7 },
      { parties, model: 'test', onProgress: 'loud' },
    ];
    for (const options of wrong) {
      const error = await failure(
        connectWith(testMesh(2).transport, options as ConnectOptions),
        'INVALID_OPTION',
      );
      expect(error.message).not.toContain('secret');
    }
  });

  it('speaks plain http to this machine only, unless told otherwise', async () => {
    const { transport } = testMesh(2);
    const connect = (url: string, more = {}) =>
      connectWith(transport, { parties: [url, 'https://party-2.example'], model: 'test', ...more });
    const remote = ['http://party-1.example', 'http://10.0.0.1', 'http://127.0.0.1.example', 'http://[::2]'];
    for (const url of remote) await failure(connect(url), 'INSECURE_URL');
    const local = [
      'http://localhost:1',
      'http://127.0.0.1:1',
      'http://127.1:1',
      'http://[::1]:1',
      'http://a.localhost',
    ];
    for (const url of local) await failure(connect(url, { retries: 0 }), 'CONNECTION_FAILED');
    await failure(connect('http://10.0.0.1', { allowInsecure: true, retries: 0 }), 'CONNECTION_FAILED');
  });

  it('appends its routes to a base path', async () => {
    const mesh = testMesh(2);
    const urls = mesh.urls.map((url) => `${url}/mesh`);
    const client = await connectWith(mesh.transport, { parties: urls, model: 'test' });
    await client.infer(sample(12, 1));
    expect(new Set(mesh.parties[0]!.paths)).toEqual(
      new Set(['/mesh/v1/models', '/mesh/v1/party', '/mesh/v1/infer']),
    );
  });

  it('sends each party its own token', async () => {
    const mesh = testMesh(2);
    const got: (string | undefined)[] = [];
    for (const party of mesh.parties) {
      party.twist = (honest, request) => {
        got.push(`${request.url.origin} ${request.headers.authorization}`);
        return honest;
      };
    }
    await mesh.connect({ token: (party) => (party === mesh.urls[0] ? 'first' : undefined) });
    expect(new Set(got)).toEqual(new Set([`${mesh.urls[0]} Bearer first`, `${mesh.urls[1]} undefined`]));
  });
});

describe('the model', () => {
  const one = testBundle(28, '1');
  const two = testBundle(28, '2');

  it('must be the same at every party', async () => {
    const mesh = testMesh(3);
    mesh.parties[2] = new TestParty(testBundle(14), 'Operator 3');
    const error = await failure(mesh.connect(), 'MODEL_MISMATCH');
    expect(error.party).toBe(mesh.urls[2]);
  });

  it('must have the digest of its parts, at each party', async () => {
    const mesh = testMesh(2);
    const honest = mesh.parties[1]!.model;
    const [first, second] = honest.inference.layers as [(typeof honest.inference.layers)[0], object];
    const bias = first.bias.with(0, first.bias[0]! + 1);
    const inference = { ...honest.inference, layers: [{ ...first, bias }, second as typeof first] };
    mesh.parties[1] = new TestParty(one, 'Operator 2', { inference });
    expect((await failure(mesh.connect(), 'DIGEST_MISMATCH')).party).toBe(mesh.urls[1]);
    const digest = digestOf({ ...honest, inference });
    mesh.parties[1] = new TestParty(one, 'Operator 2', { inference, digest });
    expect((await failure(mesh.connect(), 'MODEL_MISMATCH')).party).toBe(mesh.urls[1]);
  });

  it('can be pinned by version and by digest', async () => {
    const mesh = testMesh(2, two);
    expect(
      (await mesh.connect({ model: { id: 'test', version: '2', digest: two.digest } })).model.version,
    ).toBe('2');
    await failure(mesh.connect({ model: { id: 'test', version: '1' } }), 'UNKNOWN_MODEL');
    await failure(mesh.connect({ model: { id: 'test', digest: one.digest } }), 'DIGEST_MISMATCH');
  });

  it('must be named by its version where there are several', async () => {
    const mesh = testMesh(2, two);
    const older = new TestParty(one, 'x').model;
    for (const party of mesh.parties) {
      party.twist = (honest, { url }) =>
        url.pathname === '/v1/models' ? json({ api_version: 'v1', models: [older, party.model] }) : honest;
    }
    const error = await failure(mesh.connect(), 'AMBIGUOUS_MODEL');
    expect(error.message).toContain('1, 2');
    expect((await mesh.connect({ model: { id: 'test', version: '2' } })).model.digest).toBe(two.digest);
  });

  it('must be one whose parts fit together', async () => {
    const mesh = testMesh(2);
    const { inference } = mesh.parties[0]!.model;
    for (const party of mesh.parties) {
      party.twist = (honest, { url }) => {
        const model = { ...party.model, inference: { ...inference, output_size: 4 } };
        return url.pathname === '/v1/models' ? json({ api_version: 'v1', models: [model] }) : honest;
      };
    }
    await failure(mesh.connect(), 'INVALID_REPLY');
  });

  it('must be served under what the options ask for', async () => {
    const limited = (sharing: object, constraints = {}) => {
      const mesh = testMesh(3);
      const { model } = mesh.parties[1]!;
      mesh.parties[1] = new TestParty(one, 'Operator 2', {
        sharing_parameters: { ...model.sharing_parameters!, ...sharing },
        constraints: { ...model.constraints, ...constraints },
      });
      return mesh;
    };
    const cases: [ReturnType<typeof limited>, Partial<PartiesOptions>][] = [
      [limited({ schemes: ['shamir'] }), {}],
      [limited({ schemes: ['additive'] }), { sharing: { scheme: 'shamir', threshold: 3 } }],
      [limited({ encodings: ['field61'] }), {}],
      [limited({ encodings: ['field61', 'seed'] }), { packed: true }],
      [limited({ max_parties: 2 }), {}],
      [limited({}, { max_body_bytes: 100 }), {}],
    ];
    for (const [mesh, options] of cases) await failure(mesh.connect(options), 'UNSUPPORTED');
    await limited({ encodings: ['field61'] }).connect({ seeded: false });
  });

  it('limits the batch to what every party takes', async () => {
    const mesh = testMesh(2);
    mesh.parties[1] = new TestParty(one, 'Operator 2', {
      constraints: { max_batch_size: 64, max_body_bytes: 5_000 },
    });
    const client = await mesh.connect();
    await client.inferBatch(Array.from({ length: 20 }, (_, i) => sample(12, i)));
    const sizes = mesh.parties[1]!.seen.map(({ body }) => body.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000);
    expect(sizes.length).toBeGreaterThan(2);
  });
});

describe('a bridge', () => {
  it('must serve the model under the scheme that is asked for', async () => {
    const { transport, urls, parties } = testMesh(2);
    const [bridge] = urls as [string];
    for (const scheme of ['ckks', 'bfv'] as const) {
      const error = await failure(connectWith(transport, { bridge, model: 'test', scheme }), 'UNKNOWN_MODEL');
      expect(error.party).toBe(bridge);
    }
    parties[0] = new TestParty(testBundle(), 'Operator', { scheme: 'ckks', encryption_parameters: [] });
    await failure(connectWith(transport, { bridge, model: 'test' }), 'UNSUPPORTED');
  });
});

describe('parties that are not independent', () => {
  const answer =
    (change: object) =>
    (honest: ReturnType<typeof json>, { url }: { url: URL }) =>
      url.pathname === '/v1/party'
        ? json({ ...(JSON.parse(new TextDecoder().decode(honest.body)) as object), ...change })
        : honest;
  const key = 'k'.repeat(43);
  const cases: Record<string, (mesh: ReturnType<typeof testMesh>) => Partial<PartiesOptions>> = {
    URL: ({ urls }) => ({ parties: [urls[0]!, urls[0]!] }),
    origin: ({ urls }) => ({ parties: [`${urls[0]}/a`, `${urls[0]}/b`] }),
    operator: ({ parties }) => {
      parties[1]!.operator = ' OPERATOR 1';
      return {};
    },
    'boot nonce': ({ parties }) => {
      parties[1]!.bootNonce = parties[0]!.bootNonce;
      return {};
    },
    'signing key': ({ parties }) => {
      for (const party of parties) party.twist = answer({ public_key: key });
      return {};
    },
    address: (mesh) => {
      mesh.transport.identify = () => ({ address: '192.0.2.1' });
      return {};
    },
    'TLS key': (mesh) => {
      mesh.transport.identify = (origin) => ({ address: origin, tlsKey: 'same' });
      return {};
    },
  };
  for (const [sign, arrange] of Object.entries(cases)) {
    it(`are refused for the same ${sign}, unless that is allowed`, async () => {
      const mesh = testMesh(2);
      const options = arrange(mesh);
      const error = await failure(mesh.connect(options), 'COLOCATED_PARTIES');
      expect(error.message).toContain(`the same ${sign}`);
      const client = await mesh.connect({ ...options, allowColocated: true });
      await client.close();
    });
  }

  it('are refused for the same host, whatever the port', async () => {
    const mesh = testMesh(2);
    const handlers = new Map(
      ['https://a.example:1', 'https://a.example:2'].map((url, i) => [url, mesh.parties[i]!]),
    );
    mesh.transport.request = (request) => handlers.get(request.url.origin)!.handle(request);
    const error = await failure(mesh.connect({ parties: [...handlers.keys()] }), 'COLOCATED_PARTIES');
    expect(error.message).toContain('the same host');
  });
});
