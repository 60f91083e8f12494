import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Client, Fault, PartiesOptions } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { offBy } from './support/lies.ts';
import { plaintext, sample, testBundle, testMesh } from './support/test-mesh.ts';
import type { TestMesh } from './support/test-mesh.ts';
import { TestParty, json, refuse, respond } from './support/test-party.ts';
import type { Twist } from './support/test-party.ts';

const x = sample(12, 7);
const bundle = testBundle();
const other = testBundle(28, '2');

/** The clock of `performance.now()` stands still, and is moved on by hand: those left out are asked again as it passes. */
let clock = 1_000;
vi.spyOn(performance, 'now').mockImplementation(() => clock);
afterAll(() => void vi.restoreAllMocks());

/** Let what was started in the background come to its end. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Who is left out, once that is something else than before. */
async function changed(client: Client, before = client.excluded): Promise<readonly Fault[]> {
  const text = JSON.stringify(before);
  while (JSON.stringify(client.excluded) === text) await settle();
  return client.excluded;
}

const shamir = (threshold: number, more: Partial<PartiesOptions> = {}): Partial<PartiesOptions> => ({
  sharing: { scheme: 'shamir', threshold },
  retries: 0,
  ...more,
});

const at =
  (path: string, answer: Twist): Twist =>
  (honest, request, party) =>
    request.url.pathname.endsWith(path) ? answer(honest, request, party) : honest;

/** What is wrong with a party, and how it is undone. Party 5 is index 4. */
interface Trouble {
  readonly code: Fault['code'];
  begin(mesh: TestMesh, index: number): void;
  end(mesh: TestMesh, index: number): void;
}

const twisted = (code: Fault['code'], twist: Twist): Trouble => ({
  code,
  begin: (mesh, index) => (mesh.parties[index]!.twist = twist),
  end: (mesh, index) => (mesh.parties[index]!.twist = undefined),
});

const replaced = (code: Fault['code'], make: (index: number, honest: TestParty) => TestParty): Trouble => {
  let honest: TestParty;
  return {
    code,
    begin(mesh, index) {
      honest = mesh.parties[index]!;
      mesh.parties[index] = make(index, honest);
    },
    end: (mesh, index) => (mesh.parties[index] = honest),
  };
};

const troubles: Record<string, Trouble> = {
  'is down': twisted('CONNECTION_FAILED', () => Promise.reject(new Error('ECONNREFUSED'))),
  'answers with a proxy’s page': twisted('UNEXPECTED_STATUS', () =>
    respond(502, { 'content-type': 'text/html' }, new Uint8Array(9)),
  ),
  'wants a token': twisted('UNAUTHENTICATED', () => refuse('UNAUTHENTICATED')),
  redirects: twisted('REDIRECT_REFUSED', () => respond(307, {}, new Uint8Array())),
  'lists models that are none': twisted(
    'INVALID_REPLY',
    at('models', () => json({ api_version: 'v1', models: [{}] })),
  ),
  'lists no models': twisted(
    'UNKNOWN_MODEL',
    at('models', () => json({ api_version: 'v1', models: [] })),
  ),
  'says nonsense of itself': twisted(
    'INVALID_REPLY',
    at('party', () => json({})),
  ),
  'serves another model': replaced(
    'MODEL_MISMATCH',
    (i) => new TestParty(testBundle(14), `Operator ${i + 1}`),
  ),
  'announces a digest that is not its model’s': replaced(
    'DIGEST_MISMATCH',
    (i) => new TestParty(bundle, `Operator ${i + 1}`, { digest: other.digest }),
  ),
  'supports another sharing': replaced(
    'UNSUPPORTED',
    (i, { model }) =>
      new TestParty(bundle, `Operator ${i + 1}`, {
        sharing_parameters: { ...model.sharing_parameters!, schemes: ['additive'] },
      }),
  ),
  'takes no body as large as a row': replaced(
    'UNSUPPORTED',
    (i, { model }) =>
      new TestParty(bundle, `Operator ${i + 1}`, {
        constraints: { ...model.constraints, max_body_bytes: 100 },
      }),
  ),
  'has the operator of party 1': replaced('COLOCATED_PARTIES', () => new TestParty(bundle, 'OPERATOR-1')),
  'has the boot nonce of party 2': {
    code: 'COLOCATED_PARTIES',
    begin: (mesh, index) => (mesh.parties[index]!.bootNonce = mesh.parties[1]!.bootNonce),
    end: (mesh, index) => (mesh.parties[index]!.bootNonce = 'fresh-nonce-fresh-nonc'),
  },
};

const checks = { planes: bundle.planes };
const verifications: Partial<PartiesOptions>[] = [
  {},
  { verification: 'freivalds', checks },
  { verification: 'cross' },
];

function expectRight(output: Float64Array): void {
  const expected = plaintext(x);
  expect(Math.max(...output.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-6);
}

/** Requests for products that carry shares of inputs; sketches and canaries are sent before there is an input. */
const sharesAt = (mesh: TestMesh, index: number, since = 0) => mesh.parties[index]!.seen.slice(since);

describe('connect under shamir goes on without a party', () => {
  for (const [name, trouble] of Object.entries(troubles)) {
    for (const options of verifications) {
      it(`that ${name}, with verification ${options.verification ?? 'none'}, and comes back to it`, async () => {
        const mesh = testMesh(5, bundle);
        trouble.begin(mesh, 4);
        const client = await mesh.connect(shamir(3, options));
        const excluded = [{ party: mesh.urls[4]!, code: trouble.code }];
        expect(client.excluded).toEqual(excluded);
        const { output, report } = await client.infer(x);
        expectRight(output);
        for (const layer of report.layers) expect(layer).toMatchObject({ faults: [], excluded });
        // not a byte of any share has gone to it
        expect(mesh.parties[4]!.seen).toEqual([]);

        trouble.end(mesh, 4);
        await client.infer(x);
        await settle();
        expect(client.excluded, 'asked again too soon').toEqual(excluded);
        clock += 1_000;
        await client.infer(x);
        expect(await changed(client, excluded)).toEqual([]);
        const before = mesh.parties[4]!.seen.length;
        const again = await client.infer(x);
        expectRight(again.output);
        expect(again.report.layers[0]!.excluded).toEqual([]);
        expect(mesh.parties[4]!.seen.length - before).toBe(2);
        for (const { request } of sharesAt(mesh, 4, before)) {
          expect(request.sharing).toEqual({ scheme: 'shamir', parties: 5, party_id: 5 });
        }
        await client.close();
      });
    }
  }

  it('that is silent, without waiting for it until the deadline', async () => {
    const mesh = testMesh(3, bundle);
    mesh.parties[0]!.twist = () => new Promise(() => undefined);
    for (const options of verifications) {
      const client = await mesh.connect(shamir(2, { ...options, deadlineMs: 600_000 }));
      expect(client.excluded).toEqual([{ party: mesh.urls[0], code: 'DEADLINE_EXCEEDED' }]);
      expectRight((await client.infer(x)).output);
      await client.close();
    }
  });

  it('whichever it is: the ids are those of the places in `parties`', async () => {
    for (const absent of [0, 1, 2]) {
      const mesh = testMesh(3, bundle);
      troubles['is down']!.begin(mesh, absent);
      const client = await mesh.connect(shamir(2));
      expectRight((await client.infer(x)).output);
      const ids = mesh.parties.map(({ seen }) => seen[0]?.request.sharing?.party_id);
      expect(ids).toEqual([1, 2, 3].map((id) => (id === absent + 1 ? undefined : id)));
    }
  });

  it('that fails or falls silent when the sketches are asked for, or says that it computes none', async () => {
    for (const twist of [
      () => Promise.reject(new Error('ECONNRESET')),
      () => refuse('INVALID_REQUEST'),
      () => json({}),
      () => new Promise<never>(() => undefined),
    ]) {
      const mesh = testMesh(4, bundle);
      mesh.parties[1]!.twist = at('infer', twist);
      const client = await mesh.connect(shamir(3, { verification: 'cross' }));
      expect(client.excluded.map(({ party }) => party)).toEqual([mesh.urls[1]]);
      expectRight((await client.infer(x)).output);
    }
  });

  it('as long as it stays away, and asks it less and less often', async () => {
    const mesh = testMesh(3, bundle);
    troubles['is down']!.begin(mesh, 2);
    const client = await mesh.connect(shamir(2));
    const asked = async () => {
      const before = mesh.parties[2]!.paths.length;
      await client.infer(x);
      await settle();
      return mesh.parties[2]!.paths.length > before;
    };
    // 1, 2, 4, … 60 seconds apart
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
      clock += 1_000 * seconds - 1;
      expect(await asked(), `too soon, before ${seconds} s`).toBe(false);
      clock += 1;
      expect(await asked(), `after ${seconds} s`).toBe(true);
    }
    await client.close();
  });

  it('and asks it nothing once the client is closed', async () => {
    const mesh = testMesh(3, bundle);
    let ended = 0;
    mesh.parties[2]!.twist = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended++;
          reject(signal.reason as Error);
        });
      });
    const client = await mesh.connect(shamir(2));
    ended = 0;
    clock += 2_000;
    await client.infer(x);
    const { length } = mesh.parties[2]!.paths;
    expect(ended).toBe(0);
    await client.close();
    await settle();
    // GET /v1/models and /v1/party were under way
    expect(ended).toBe(2);
    clock += 100_000;
    await failure(client.infer(x), 'CLIENT_CLOSED');
    await settle();
    expect(mesh.parties[2]!.paths).toHaveLength(length);
  });
});

describe('a party that comes back', () => {
  const backAfter = async (change: (mesh: TestMesh) => void, options = {}): Promise<[TestMesh, Client]> => {
    const mesh = testMesh(3, bundle);
    troubles['is down']!.begin(mesh, 2);
    const client = await mesh.connect(shamir(2, options));
    troubles['is down']!.end(mesh, 2);
    change(mesh);
    const before = client.excluded;
    clock += 2_000;
    await client.infer(x);
    await changed(client, before);
    return [mesh, client];
  };

  it('must be independent of those in use', async () => {
    const [mesh, client] = await backAfter(({ parties }) => (parties[2]!.operator = ' operator.1 '));
    expect(client.excluded).toEqual([{ party: mesh.urls[2], code: 'COLOCATED_PARTIES' }]);
    expect(mesh.parties[2]!.seen).toEqual([]);
  });

  it('must serve the very model in use', async () => {
    const [mesh, client] = await backAfter(
      (its) => (its.parties[2] = new TestParty(testBundle(14), 'Operator 3')),
    );
    expect(client.excluded).toEqual([{ party: mesh.urls[2], code: 'DIGEST_MISMATCH' }]);
    expect(mesh.parties[2]!.seen).toEqual([]);
  });

  it('must take as many rows at once', async () => {
    const [mesh, client] = await backAfter((its) => {
      const { model } = its.parties[2]!;
      its.parties[2] = new TestParty(bundle, 'Operator 3', {
        constraints: { ...model.constraints, max_batch_size: 1 },
      });
    });
    expect(client.excluded).toEqual([{ party: mesh.urls[2], code: 'UNSUPPORTED' }]);
  });

  it('is checked like the others', async () => {
    const [mesh, client] = await backAfter(() => undefined, { verification: 'cross' });
    expect(client.excluded).toEqual([]);
    mesh.parties[2]!.twist = at('infer', offBy([1n]));
    // so that its reply is looked at before there are enough without it
    for (const i of [0, 1]) mesh.parties[i]!.twist = async (honest) => (await settle(), honest);
    const { output, report } = await client.infer(x);
    expectRight(output);
    expect(report.layers[0]!.faults).toEqual([{ party: mesh.urls[2], code: 'WRONG_REPLY' }]);
  });
});

describe('who is left out of parties with signs of being one', () => {
  it('is as few as possible, so that one that copies several others is left out alone', async () => {
    for (const copier of [0, 2, 4]) {
      const mesh = testMesh(5, bundle);
      const others = mesh.parties.filter((_, i) => i !== copier);
      mesh.parties[copier]!.operator = others[0]!.operator;
      mesh.parties[copier]!.bootNonce = others[1]!.bootNonce;
      const client = await mesh.connect(shamir(4));
      expect(client.excluded).toEqual([{ party: mesh.urls[copier], code: 'COLOCATED_PARTIES' }]);
      expectRight((await client.infer(x)).output);
    }
  });

  it('is nobody where that is allowed', async () => {
    const mesh = testMesh(3, bundle);
    mesh.parties[2]!.operator = mesh.parties[0]!.operator;
    const client = await mesh.connect(shamir(2, { allowColocated: true }));
    expect(client.excluded).toEqual([]);
  });
});

describe('connect under shamir fails', () => {
  it('with fewer than the threshold, names the others, and says whether another try may help', async () => {
    const mesh = testMesh(4, bundle);
    troubles['is down']!.begin(mesh, 0);
    troubles['serves another model']!.begin(mesh, 2);
    const error = await failure(mesh.connect(shamir(3)), 'NOT_ENOUGH_PARTIES');
    expect(error.message).toContain(`${mesh.urls[0]} (CONNECTION_FAILED)`);
    expect(error.message).toContain(`${mesh.urls[2]} (MODEL_MISMATCH)`);
    expect(error.message).not.toContain(mesh.urls[1]);
    expect(error).toMatchObject({ party: undefined, retryable: true });
    troubles['lists no models']!.begin(mesh, 0);
    expect((await failure(mesh.connect(shamir(3)), 'NOT_ENOUGH_PARTIES')).retryable).toBe(false);
    for (const { seen } of mesh.parties) expect(seen).toEqual([]);
    expect(mesh.closed()).toBe(2);
  });

  it('with the first failure itself where all are needed', async () => {
    for (const name of ['is down', 'serves another model', 'has the operator of party 1'] as const) {
      const mesh = testMesh(3, bundle);
      troubles[name]!.begin(mesh, 2);
      const error = await failure(mesh.connect(shamir(3)), troubles[name]!.code);
      expect(error.party).toBe(mesh.urls[2]);
    }
  });

  it('with COLOCATED_PARTIES where there are enough but for their being one', async () => {
    const mesh = testMesh(5, bundle);
    for (const party of mesh.parties) party.bootNonce = mesh.parties[0]!.bootNonce;
    const error = await failure(mesh.connect(shamir(3)), 'COLOCATED_PARTIES');
    expect(error.message).toMatch(/the same boot nonce.*allowColocated/);
    expect((await mesh.connect(shamir(3, { allowColocated: true }))).excluded).toEqual([]);
    for (const i of [0, 1, 2]) troubles['is down']!.begin(mesh, i);
    await failure(mesh.connect(shamir(3)), 'NOT_ENOUGH_PARTIES');
  });

  it('where there are enough parties for either of two models, until one is pinned', async () => {
    const mesh = testMesh(5, bundle);
    for (const i of [1, 3]) mesh.parties[i] = new TestParty(testBundle(14), `Operator ${i + 1}`);
    const error = await failure(mesh.connect(shamir(2)), 'MODEL_MISMATCH');
    expect(error.message).toContain('pin the digest');
    expect(error.party).toBeUndefined();
    for (const [digest, ids] of [
      [bundle.digest, [1, 3]],
      [testBundle(14).digest, [0, 2, 4]],
    ] as const) {
      const client = await mesh.connect(shamir(2, { model: { id: 'test', digest } }));
      expect(client.excluded).toEqual(ids.map((i) => ({ party: mesh.urls[i], code: 'DIGEST_MISMATCH' })));
    }
    // three are enough for one of them only
    expect((await mesh.connect(shamir(3))).model.digest).toBe(bundle.digest);
  });

  it('when the deadline passes or the caller aborts, as it would otherwise', async () => {
    const mesh = testMesh(3, bundle);
    for (const party of mesh.parties.slice(1)) party.twist = () => new Promise(() => undefined);
    await failure(mesh.connect(shamir(2, { deadlineMs: 50 })), 'DEADLINE_EXCEEDED');
    await failure(mesh.connect(shamir(2, { signal: AbortSignal.timeout(20) })), 'ABORTED');
  });
});

it('sharing stays threshold-of-n: those that take part hold points of polynomials of the same degree', async () => {
  const mesh = testMesh(5, bundle);
  troubles['is down']!.begin(mesh, 1);
  const client = await mesh.connect(shamir(3, { seeded: false }));
  await client.infer(x);
  const vectors = new Map(
    mesh.parties.flatMap(({ seen }, i) => {
      const first = seen.find(({ request }) => request.layer === 0);
      return first ? [[i + 1, new BigUint64Array(first.inputs[0]!.data.slice().buffer)] as const] : [];
    }),
  );
  expect([...vectors.keys()]).toEqual([1, 3, 4, 5]);
  const P = 2n ** 61n - 1n;
  /** The value at `point` of the polynomial through these points, by hand. */
  const interpolated = (ids: readonly number[], point: number, element: number) =>
    ids.reduce((sum, id) => {
      let [numerator, denominator] = [1n, 1n];
      for (const otherId of ids) {
        if (otherId === id) continue;
        numerator = (numerator * BigInt(point - otherId)) % P;
        denominator = (denominator * BigInt(id - otherId)) % P;
      }
      let inverse = 1n;
      for (let e = P - 2n, base = ((denominator % P) + P) % P; e > 0n; e >>= 1n) {
        if (e & 1n) inverse = (inverse * base) % P;
        base = (base * base) % P;
      }
      return (((sum + vectors.get(id)![element]! * numerator * inverse) % P) + P) % P;
    }, 0n);
  for (const element of [0, 7]) {
    expect(interpolated([1, 3, 4], 5, element)).toBe(vectors.get(5)![element]);
    // of degree 2 and no less: two points do not give the third
    expect(interpolated([1, 3], 4, element)).not.toBe(vectors.get(4)![element]);
  }
});
