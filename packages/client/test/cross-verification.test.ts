import { describe, expect, it } from 'vitest';
import type { PartiesOptions } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { askedOf, isSketch, offBy } from './support/lies.ts';
import { plaintext, sample, testMesh } from './support/test-mesh.ts';
import type { TestMesh } from './support/test-mesh.ts';
import { refuse } from './support/test-party.ts';

const P = 2n ** 61n - 1n;
const x = sample(12, 7);
const cross: Partial<PartiesOptions> = { verification: 'cross', retries: 0 };
const shamir = (threshold: number): Partial<PartiesOptions> => ({
  ...cross,
  sharing: { scheme: 'shamir', threshold },
});

const requestsTo = ({ parties }: TestMesh) => parties.map(({ seen }) => seen.map(({ request }) => request));

function expectRight(output: Float64Array): void {
  const expected = plaintext(x);
  expect(Math.max(...output.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-6);
}

describe('checks that the parties compute', () => {
  it.each([
    ['additive, 2', 2, cross],
    ['additive, 3, no seeds', 3, { ...cross, seeded: false }],
    ['shamir, 3 of 5', 5, shamir(3)],
  ] as const)('serve every request of a connection: %s', async (_, count, options) => {
    const mesh = testMesh(count);
    const client = await mesh.connect(options);
    // for each layer a sketch and a canary, to each party
    for (const requests of requestsTo(mesh)) {
      expect(requests.map(({ operation, layer }) => `${operation ?? 'canary'} ${layer}`).toSorted()).toEqual([
        'canary 0',
        'canary 1',
        'sketch 0',
        'sketch 1',
      ]);
    }
    const seeds = mesh.parties.flatMap(({ seen }) =>
      seen.filter(({ request }) => isSketch(request)).map(({ inputs }) => inputs[0]!.data.join()),
    );
    expect(new Set(seeds).size).toBe(2 * count);
    expectRight((await client.infer(x)).output);
    expectRight((await client.infer(x)).output);
    expect(requestsTo(mesh).flat().filter(isSketch)).toHaveLength(2 * count);
  });

  it('send the canary when all sketches of its layer are in, and not before', async () => {
    const mesh = testMesh(3);
    const order: string[] = [];
    for (const party of mesh.parties) {
      party.twist = async (honest, request) => {
        if (request.method !== 'POST') return honest;
        const { layer, operation } = askedOf(request);
        if (operation !== 'sketch') order.push(`canary ${layer}`);
        await new Promise((resolve) => setTimeout(resolve, 5 * mesh.parties.indexOf(party)));
        if (operation === 'sketch') order.push(`sketch ${layer}`);
        return honest;
      };
    }
    await mesh.connect(cross);
    for (const layer of [0, 1]) {
      const events = order.filter((event) => event.endsWith(String(layer)));
      expect(events).toEqual([...Array(3).fill(`sketch ${layer}`), ...Array(3).fill(`canary ${layer}`)]);
    }
  });

  it('tell a wrong reply and who sent it', async () => {
    for (const liar of [0, 1]) {
      const mesh = testMesh(2);
      const client = await mesh.connect(cross);
      for (const error of [[1n], [P - 1n], [0n, 1n << 60n]]) {
        mesh.parties[liar]!.twist = offBy(error);
        const refused = await failure(client.infer(x), 'WRONG_REPLY');
        expect(refused).toMatchObject({ party: mesh.urls[liar], retryable: false });
      }
      mesh.parties[liar]!.twist = undefined;
      expectRight((await client.infer(x)).output);
    }
  });

  it('go around liars under shamir', async () => {
    const mesh = testMesh(5);
    const client = await mesh.connect(shamir(3));
    mesh.parties[1]!.twist = offBy([1n]);
    mesh.parties[2]!.twist = offBy([1n]);
    expectRight((await client.infer(x)).output);
  });

  it('need no checks of the caller’s, and seeds that the parties take', async () => {
    await failure(testMesh(2).connect({ ...cross, checks: { vectors: [] } }), 'INVALID_OPTION');
    const mesh = testMesh(2);
    const { sharing_parameters } = mesh.parties[1]!.model;
    Object.assign(sharing_parameters!, { encodings: ['field61'] });
    await failure(mesh.connect({ ...cross, seeded: false }), 'UNSUPPORTED');
  });

  it('are not to be had from a party of an older v1', async () => {
    const mesh = testMesh(2);
    mesh.parties[1]!.twist = (honest, { method }) => (method === 'POST' ? refuse('INVALID_REQUEST') : honest);
    const error = await failure(mesh.connect(cross), 'UNSUPPORTED');
    expect(error.party).toBe(mesh.urls[1]);
    mesh.parties[1]!.twist = (honest, { method }) => (method === 'POST' ? refuse('FORBIDDEN') : honest);
    await failure(mesh.connect(cross), 'FORBIDDEN');
  });
});

describe('a false sketch', () => {
  it('of one of two parties is noticed before any input is sent, and nothing is tried again', async () => {
    for (const layer of [0, 1]) {
      for (const error of [[1n], [0n, P - 1n], [1n << 60n]]) {
        const mesh = testMesh(2);
        mesh.parties[1]!.twist = offBy(error, (asked) => isSketch(asked) && asked.layer === layer);
        const refused = await failure(mesh.connect({ ...cross, retries: 3 }), 'FALSE_SKETCH');
        expect(refused).toMatchObject({ party: undefined, retryable: false });
        for (const requests of requestsTo(mesh)) expect(requests.length).toBeLessThanOrEqual(4);
        expect(mesh.closed()).toBe(1);
      }
    }
  });

  it('is traced to its party where there are more', async () => {
    for (const [count, liars, options] of [
      [3, [2], cross],
      [4, [0], shamir(2)],
    ] as const) {
      const mesh = testMesh(count);
      for (const liar of liars) mesh.parties[liar]!.twist = offBy([5n], isSketch);
      expect((await failure(mesh.connect(options), 'FALSE_SKETCH')).party).toBe(mesh.urls[liars[0]]);
    }
  });

  it('with a canary to match is noticed too, and no honest party is named for it', async () => {
    // both lies are of the same party; with a reply that fits no one’s r
    const mesh = testMesh(3);
    mesh.parties[0]!.twist = offBy([7n]);
    expect((await failure(mesh.connect(cross), 'FALSE_SKETCH')).party).toBe(mesh.urls[0]);
  });

  it('gains no bit of a guessed input: whatever the input will be, none is ever sent', async () => {
    // δ orthogonal to a guess: without the canary, the client would go on exactly if δ·x = 0
    // (packages/shares/test/cross-verification.test.ts shows that it would)
    const delta = [3n, P - 2n];
    const traces = [
      [2, 3],
      [5, 1],
    ].map(async (start) => {
      const mesh = testMesh(2);
      mesh.parties[0]!.twist = offBy(delta, (asked) => isSketch(asked) && asked.layer === 0);
      const input = sample(12, 1);
      input.set(start);
      const run = async () => (await mesh.connect(cross)).infer(input);
      const { code, party } = await failure(run(), 'FALSE_SKETCH');
      const bodies = mesh.parties.map(({ seen }) => seen.map(({ body }) => body.length).toSorted());
      const paths = mesh.parties.map((each) => each.paths.toSorted());
      return JSON.stringify([code, party, bodies, paths]);
    });
    const [hit, miss] = await Promise.all(traces);
    expect(hit).toBe(miss);
  });
});

describe('a false reply to the canary', () => {
  const toCanary = offBy([1n], (asked) => !isSketch(asked));

  it('names its party where all are needed', async () => {
    const mesh = testMesh(2);
    mesh.parties[1]!.twist = toCanary;
    expect((await failure(mesh.connect(cross), 'WRONG_REPLY')).party).toBe(mesh.urls[1]);
  });

  it('is gone around under shamir, as its party is later', async () => {
    const mesh = testMesh(3);
    mesh.parties[1]!.twist = toCanary;
    const client = await mesh.connect(shamir(2));
    const { output, report } = await client.infer(x);
    expectRight(output);
    for (const { faults } of report.layers) {
      expect(faults.every(({ party }) => party === mesh.urls[1])).toBe(true);
    }
    mesh.parties[2]!.twist = toCanary;
    await failure(mesh.connect(shamir(2)), 'WRONG_REPLY');
  });
});
