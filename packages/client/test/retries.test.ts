import { describe, expect, it } from 'vitest';
import type { TransportRequest } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { toHex } from './support/hex.ts';
import { plaintext, sample, testMesh } from './support/test-mesh.ts';
import { joined, refuse, respond } from './support/test-party.ts';

const x = sample(12, 4);

describe('retries', () => {
  it('send the very same bytes to the very same party, and get the same answer', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect({ retries: 3 });
    const bodies: Uint8Array[] = [];
    let failures = 3;
    mesh.parties[1]!.twist = (honest, request) => {
      bodies.push(joined(request.body!));
      // after the party has worked: the reply is lost on its way
      return failures-- > 0 ? Promise.reject(new Error('ECONNRESET')) : honest;
    };
    const { output, report } = await client.infer(x);
    expect(Math.max(...output.map((v, i) => Math.abs(v - plaintext(x)[i]!)))).toBeLessThan(1e-6);
    expect(new Set(bodies.slice(0, 4).map(toHex)).size).toBe(1);
    expect(mesh.parties.map(({ seen }) => seen.length)).toEqual([2, 5, 2]);
    expect(report.parties.map(({ requests }) => requests)).toEqual([2, 5, 2]);
  });

  for (const code of [
    'OVERLOADED',
    'SHUTTING_DOWN',
    'RATE_LIMITED',
    'REQUEST_IN_FLIGHT',
    'REQUEST_TIMEOUT',
    'INTERNAL',
  ] as const) {
    it(`try again after ${code}`, async () => {
      const mesh = testMesh(2);
      const client = await mesh.connect();
      let failures = 1;
      mesh.parties[0]!.twist = (honest) => (failures-- > 0 ? refuse(code) : honest);
      await client.infer(x);
      expect(mesh.parties[0]!.seen).toHaveLength(3);
    });
  }

  it('are not made for a refusal, nor for anything that breaks the contract', async () => {
    const final = [
      refuse('INVALID_REQUEST'),
      refuse('UNAUTHENTICATED'),
      refuse('REQUEST_ID_REUSED'),
      respond(307, {}, new Uint8Array()),
      respond(404, {}, new Uint8Array()),
      respond(200, {}, new Uint8Array()),
      respond(200, { 'content-type': 'application/json' }, new Uint8Array(10)),
    ];
    for (const answer of final) {
      const mesh = testMesh(2);
      const client = await mesh.connect({ retries: 5 });
      mesh.parties[1]!.twist = () => answer;
      const before = mesh.parties[1]!.paths.length;
      await expect(client.infer(x)).rejects.toMatchObject({ party: mesh.urls[1], retryable: false });
      expect(mesh.parties[1]!.paths.length - before).toBe(1);
    }
  });

  it('are as many as allowed, and then the last failure is told', async () => {
    for (const retries of [0, 1, 3]) {
      const mesh = testMesh(2);
      const client = await mesh.connect({ retries });
      mesh.parties[0]!.twist = () => refuse('OVERLOADED');
      const error = await failure(client.infer(x), 'OVERLOADED');
      expect(error).toMatchObject({ retryable: true, party: mesh.urls[0] });
      expect(mesh.parties[0]!.seen).toHaveLength(retries + 1);
    }
  });

  it('wait as long as Retry-After says, and not at all where that is past the deadline', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    let failures = 1;
    mesh.parties[0]!.twist = (honest) =>
      failures-- > 0 ? refuse('OVERLOADED', { 'retry-after': '1' }) : honest;
    const started = performance.now();
    await client.infer(x);
    expect(performance.now() - started).toBeGreaterThan(990);
    failures = 1;
    await failure(client.infer(x, { deadlineMs: 800 }), 'OVERLOADED');
    failures = 1;
    mesh.parties[0]!.twist = (honest) =>
      failures-- > 0 ? refuse('OVERLOADED', { 'retry-after': '999999' }) : honest;
    await failure(client.infer(x), 'OVERLOADED');
  });

  it('never bring a share to another party, and never repeat a share', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect({ retries: 4 });
    for (const party of mesh.parties) {
      party.twist = (honest) => (Math.random() < 0.3 ? Promise.reject(new Error('reset')) : honest);
    }
    await Promise.allSettled(Array.from({ length: 40 }, () => client.infer(x)));
    const home = new Map<string, number>();
    const bodies = new Map<string, string>();
    for (const [i, party] of mesh.parties.entries()) {
      for (const { request, inputs, body } of party.seen) {
        expect(request.sharing!.party_id).toBe(i + 1);
        const share = toHex(inputs[0]!.data);
        expect(home.get(share) ?? i).toBe(i);
        home.set(share, i);
        const key = `${request.request_id} ${i}`;
        const hex = toHex(body);
        expect(bodies.get(key) ?? hex).toBe(hex);
        bodies.set(key, hex);
      }
    }
    // as many different shares as different requests: none was used for two
    expect(home.size).toBe(bodies.size);
  });
});

describe('a deadline, and cancellation', () => {
  it('end an inference while parties hang, and say which', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    const ended: string[] = [];
    const hang = (_: unknown, request: TransportRequest) =>
      new Promise<never>(() => {
        request.signal.addEventListener('abort', () => ended.push(request.url.origin));
      });
    mesh.parties[1]!.twist = hang;
    const error = await failure(client.infer(x, { deadlineMs: 60 }), 'DEADLINE_EXCEEDED');
    expect(error.party).toBe(mesh.urls[1]);

    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('the user left')), 30);
    const aborted = await failure(client.infer(x, { signal: controller.signal }), 'ABORTED');
    expect(aborted.cause).toMatchObject({ message: 'the user left' });
    expect(ended).toEqual([mesh.urls[1], mesh.urls[1]]);
    await failure(client.infer(x, { signal: controller.signal }), 'ABORTED');
    expect(mesh.parties[0]!.seen).toHaveLength(2);
  });

  it('of one party ends the requests to the others', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect();
    const ended: string[] = [];
    for (const party of [mesh.parties[0]!, mesh.parties[2]!]) {
      party.twist = (_, request) =>
        new Promise<never>(() => {
          request.signal.addEventListener('abort', () => ended.push(request.url.origin));
        });
    }
    mesh.parties[1]!.twist = () => refuse('FORBIDDEN');
    expect((await failure(client.infer(x), 'FORBIDDEN')).party).toBe(mesh.urls[1]);
    expect(ended).toEqual([mesh.urls[0], mesh.urls[2]]);
  });

  it('end with the client', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    mesh.parties[1]!.twist = () => new Promise(() => undefined);
    const inference = client.infer(x);
    await client.close();
    await failure(inference, 'CLIENT_CLOSED');
  });

  it('apply to connect as well', async () => {
    const mesh = testMesh(2);
    mesh.parties[1]!.twist = () => new Promise(() => undefined);
    await failure(mesh.connect({ signal: AbortSignal.timeout(20) }), 'ABORTED');
    await failure(mesh.connect({ signal: AbortSignal.abort() }), 'ABORTED');
  });
});

describe('request ids', () => {
  it.each([
    ['additive', {}],
    ['shamir', { sharing: { scheme: 'shamir', threshold: 2 } }],
    ['prepared', {}],
    ['cross', { verification: 'cross' }],
  ] as const)('are one for each party and request, and never shared: %s', async (name, options) => {
    const mesh = testMesh(3);
    const client = await mesh.connect(options);
    for (let round = 0; round < 3; round++) {
      if (name === 'prepared') await client.prepare(1);
      await client.infer(sample(12, round));
    }
    const ids = mesh.parties.map((party) => new Set(party.seen.map(({ request }) => request.request_id)));
    const all = ids.flatMap((own) => [...own]);
    expect(all.length).toBeGreaterThanOrEqual(3 * 3);
    expect(new Set(all).size).toBe(all.length);
    for (const id of all) expect(id).toMatch(/^[0-9a-v]{26}$/);
    // no common prefix, suffix or counter: every position varies
    for (let at = 0; at < 26; at++) expect(new Set(all.map((id) => id[at])).size).toBeGreaterThan(1);
  });
});
