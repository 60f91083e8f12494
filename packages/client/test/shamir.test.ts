import { describe, expect, it } from 'vitest';
import { fieldFromBytes, fieldToBytes } from '@sharemesh/shares';
import type { PartiesOptions } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { plaintext, sample, testBundle, testMesh } from './support/test-mesh.ts';
import { joined, refuse, respond } from './support/test-party.ts';
import type { Twist } from './support/test-party.ts';

const x = sample(12, 7);
const bundle = testBundle();
const hang: Twist = () => new Promise(() => undefined);
const down: Twist = () => Promise.reject(new Error('ECONNREFUSED'));

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 10, value));

/** W·x with something added: well-formed, and wrong. */
const lie: Twist = ({ status, header, body }) => {
  const length = Number(header('inference-header-content-length'));
  const y = fieldFromBytes(body.subarray(length));
  y[0] = (y[0]! + 1n) % (2n ** 61n - 1n);
  return respond(status, { ...headersOf(header) }, joined([body.subarray(0, length), fieldToBytes(y)]));
};

const headersOf = (header: (name: string) => string | undefined) =>
  Object.fromEntries(
    ['content-type', 'inference-header-content-length'].map((name) => [name, header(name)!]),
  );

const shamir = (threshold: number, more: Partial<PartiesOptions> = {}): Partial<PartiesOptions> => ({
  sharing: { scheme: 'shamir', threshold },
  retries: 0,
  ...more,
});

function expectRight(output: Float64Array): void {
  const expected = plaintext(x);
  expect(Math.max(...output.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-6);
}

describe('shamir sharing', () => {
  for (const [threshold, parties] of [
    [2, 2],
    [2, 3],
    [3, 5],
    [16, 16],
  ] as const) {
    for (const options of [{}, { seeded: false }, { packed: true }]) {
      it(`${threshold} of ${parties} equals the model in the clear with ${JSON.stringify(options)}`, async () => {
        const mesh = testMesh(parties);
        const client = await mesh.connect(shamir(threshold, options));
        expectRight((await client.infer(x)).output);
        const kinds = mesh.parties.map(({ seen }) => seen[0]!.inputs[0]!.encoding);
        const seeds = options.seeded === false ? 0 : threshold - 1;
        expect(kinds.filter((kind) => kind === 'seed')).toHaveLength(seeds);
      });
    }
  }

  it('needs no more than the threshold, and names those that did not contribute', async () => {
    for (const [twist, code] of [
      [down, 'CONNECTION_FAILED'],
      [() => refuse('FORBIDDEN'), 'FORBIDDEN'],
      [() => respond(307, {}, new Uint8Array()), 'REDIRECT_REFUSED'],
    ] as const) {
      const mesh = testMesh(5);
      const client = await mesh.connect(shamir(3));
      mesh.parties[0]!.twist = twist;
      mesh.parties[3]!.twist = twist;
      const { output, report } = await client.infer(x);
      expectRight(output);
      for (const { faults } of report.layers) {
        expect(faults).toEqual([mesh.urls[0], mesh.urls[3]].map((party) => ({ party, code })));
      }
    }
  });

  it('names a party that hangs as late, and calls it nothing worse', async () => {
    for (const options of [
      shamir(2),
      shamir(2, { verification: 'freivalds', checks: { planes: bundle.planes } }),
    ]) {
      const mesh = testMesh(3, bundle);
      const client = await mesh.connect(options);
      mesh.parties[1]!.twist = hang;
      const { output, report } = await client.infer(x);
      expectRight(output);
      for (const { faults, late } of report.layers) expect([faults, late]).toEqual([[], [mesh.urls[1]]]);
    }
    const { report } = await (await testMesh(2).connect()).infer(x);
    expect(report.layers[0]).not.toHaveProperty('late');
  });

  it('does not wait for a party that hangs', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect(shamir(2, { deadlineMs: 20_000 }));
    mesh.parties[1]!.twist = hang;
    const started = performance.now();
    expectRight((await client.infer(x)).output);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('fails when fewer than the threshold answer, and says who did not', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect(shamir(2));
    mesh.parties[0]!.twist = down;
    mesh.parties[2]!.twist = () => refuse('FORBIDDEN');
    const error = await failure(client.infer(x), 'NOT_ENOUGH_REPLIES');
    expect(error.message).toContain(`${mesh.urls[0]} (CONNECTION_FAILED)`);
    expect(error.message).toContain(`${mesh.urls[2]} (FORBIDDEN)`);
    for (const party of mesh.parties) party.twist = hang;
    await failure(client.infer(x, { deadlineMs: 50 }), 'DEADLINE_EXCEEDED');
    const signal = AbortSignal.timeout(20);
    await failure(client.infer(x, { signal }), 'ABORTED');
  });
});

describe('verified replies', () => {
  const checks = { planes: bundle.planes };

  it('are told from wrong ones by one party alone', async () => {
    const mesh = testMesh(2, bundle);
    const client = await mesh.connect({ verification: 'freivalds', checks });
    const { output, report } = await client.infer(x);
    expectRight(output);
    expect(report.backend).toBe('shares');
    for (const liar of [0, 1]) {
      for (const party of mesh.parties) party.twist = undefined;
      mesh.parties[liar]!.twist = lie;
      const before = mesh.parties[liar]!.seen.length;
      const error = await failure(client.infer(x), 'WRONG_REPLY');
      expect(error).toMatchObject({ party: mesh.urls[liar], retryable: false });
      expect(mesh.parties[liar]!.seen.length - before).toBe(1);
    }
  });

  it('give the right answer with a party down and another lying, and name both', async () => {
    const mesh = testMesh(5, bundle);
    const client = await mesh.connect(shamir(3, { verification: 'freivalds', checks, retries: 3 }));
    // as over a network: a refused connection is known before a product is
    for (const party of mesh.parties) party.twist = (honest) => later(honest);
    mesh.parties[4]!.twist = down;
    mesh.parties[0]!.twist = lie;
    const { output, report } = await client.infer(x);
    expectRight(output);
    const named = report.layers[0]!.faults.map(({ party }) => party).toSorted();
    expect(named).toEqual([mesh.urls[0], mesh.urls[4]]);
  });

  it('give the right answer with a party silent and another lying, and name both', async () => {
    const mesh = testMesh(5, bundle);
    const client = await mesh.connect(shamir(3, { verification: 'freivalds', checks, retries: 3 }));
    mesh.parties[2]!.twist = hang;
    for (const slow of [true, false]) {
      // a lie that comes after enough good replies is not looked at
      mesh.parties[0]!.twist = slow ? async (...reply) => lie(...(await later(reply))) : lie;
      const { output, report } = await client.infer(x, { deadlineMs: 10_000 });
      expectRight(output);
      for (const { faults, late } of report.layers) {
        const named = [...faults.map(({ party }) => party), ...late!].toSorted();
        expect(named).toEqual([mesh.urls[0], mesh.urls[2]]);
        if (!slow) expect(faults).toEqual([{ party: mesh.urls[0], code: 'WRONG_REPLY' }]);
      }
    }
  });

  it('tolerate as many liars as there are parties beyond the threshold', async () => {
    const mesh = testMesh(5, bundle);
    const client = await mesh.connect(shamir(3, { verification: 'freivalds', checks }));
    mesh.parties[1]!.twist = lie;
    mesh.parties[2]!.twist = lie;
    expectRight((await client.infer(x)).output);
    mesh.parties[3]!.twist = lie;
    await failure(client.infer(x), 'NOT_ENOUGH_REPLIES');
  });

  it('are demanded of prepared requests as well', async () => {
    const mesh = testMesh(2, bundle);
    const client = await mesh.connect({ verification: 'freivalds', checks });
    mesh.parties[0]!.twist = lie;
    expect((await failure(client.prepare(1), 'WRONG_REPLY')).party).toBe(mesh.urls[0]);
    mesh.parties[0]!.twist = undefined;
    await client.prepare(2);
    expectRight((await client.infer(x)).output);
    mesh.parties[1]!.twist = lie;
    expect((await failure(client.infer(x), 'WRONG_REPLY')).party).toBe(mesh.urls[1]);
  });

  it('need checks that fit the model', async () => {
    const mesh = testMesh(2, bundle);
    const wrong = [
      { planes: [] },
      { planes: bundle.planes.toReversed() },
      { planes: testBundle(14).planes },
      { vectors: [] },
      { vectors: [1, 2].map(() => ({ r: new BigUint64Array(7), s: new BigUint64Array(7) })) },
    ];
    for (const entry of wrong) {
      await failure(mesh.connect({ verification: 'freivalds', checks: entry }), 'INVALID_OPTION');
    }
  });
});
