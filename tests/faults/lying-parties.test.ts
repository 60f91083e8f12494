import { loadFieldKernels } from '@sharemesh/kernels/field';
import { P } from '@sharemesh/shares';
import { MeshError } from '@sharemesh/wire/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { InProcessMesh } from './support/in-process.ts';
import { LIE_KINDS, drawLie } from './support/lies.ts';
import type { Lie } from './support/lies.ts';
import { INPUTS, faultBundle, trueAnswer } from './support/model.ts';
import type { PartyOptions } from './support/party.ts';
import { createRandom, faultSeed } from './support/random.ts';

const bundle = faultBundle();
const checks = { planes: bundle.planes };
const seed = faultSeed();
let options: PartyOptions;

beforeAll(async () => {
  options = { kernels: await loadFieldKernels(), bundle, stale: faultBundle(2) };
});

const inputOf = (seed: number) => {
  const random = createRandom(seed);
  return Float64Array.from({ length: INPUTS }, () => random.below(2_001) / 1_000 - 1);
};

/** The code under which each lie comes to light. */
const codeOf = ({ kind }: Lie) =>
  kind === 'earlier-reply' ? 'REPLY_MISMATCH' : kind === 'wrong-digest' ? 'DIGEST_MISMATCH' : 'WRONG_REPLY';

describe('a lying party', () => {
  it('is named under additive sharing, whatever the lie', async () => {
    const mesh = new InProcessMesh(3, options);
    const client = await mesh.connect({ verification: 'freivalds', checks });
    await client.infer(inputOf(0));
    for (const kind of LIE_KINDS) {
      for (let k = 0; k < 6; k++) {
        const lie = drawLie(createRandom(seed, k), kind);
        mesh.parties.forEach((party, i) => (party.lie = i === k % 3 ? lie : undefined));
        const error = await client.infer(inputOf(k)).catch((error: unknown) => error);
        expect(MeshError.is(error), `${kind}: accepted`).toBe(true);
        const { code, party, retryable } = error as MeshError;
        expect([code, party, retryable]).toEqual([codeOf(lie), mesh.urls[k % 3], false]);
      }
    }
  });

  it('is caught for powers of two in every element and both layers', async () => {
    const mesh = new InProcessMesh(2, options);
    const client = await mesh.connect({ verification: 'freivalds', checks });
    for (let power = 0; power < 61; power += 3) {
      for (const amount of [1n << BigInt(power), P - (1n << BigInt(power))]) {
        for (const lie of [
          { kind: 'add', element: power, amount } as const,
          { kind: 'later', amount } as const,
        ]) {
          mesh.parties[1]!.lie = lie;
          await expect(client.infer(inputOf(power))).rejects.toMatchObject({
            code: 'WRONG_REPLY',
            party: mesh.urls[1],
          });
        }
      }
    }
  });

  it('is gone around by shamir sharing, verified or by surplus, and the answer is right to the last bit', async () => {
    for (const verification of ['freivalds', 'none'] as const) {
      const mesh = new InProcessMesh(5, options);
      const client = await mesh.connect({
        sharing: { scheme: 'shamir', threshold: 3, surplus: 'correct' },
        verification,
        ...(verification === 'freivalds' && { checks }),
      });
      const truth = trueAnswer(bundle, inputOf(1));
      await client.infer(inputOf(0));
      for (const kind of LIE_KINDS) {
        const liar = createRandom(seed, LIE_KINDS.indexOf(kind)).below(5);
        mesh.parties.forEach(
          (party, i) => (party.lie = i === liar ? drawLie(createRandom(seed), kind) : undefined),
        );
        const { output, report } = await client.infer(inputOf(1));
        expect([...output], kind).toEqual([...truth]);
        const named = report.layers.flatMap(({ faults, agreement }) => [
          ...faults.map(({ party }) => party),
          ...(agreement?.disagreeing ?? []),
        ]);
        expect(named.every((party) => party === mesh.urls[liar])).toBe(true);
        // without checks all replies are waited for, so the liar cannot have been skipped
        if (verification === 'none') expect(named.length, kind).toBeGreaterThan(0);
      }
    }
  });

  it('is an error under shamir sharing where a surplus is to detect, and nobody is named for it', async () => {
    const mesh = new InProcessMesh(5, options);
    const client = await mesh.connect({ sharing: { scheme: 'shamir', threshold: 3 } });
    for (const liars of [[0], [4], [1, 3]]) {
      mesh.parties.forEach(
        (party, i) =>
          (party.lie = liars.includes(i) ? { kind: 'add', element: 0, amount: BigInt(i + 1) } : undefined),
      );
      const error = await client.infer(inputOf(1)).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'INCONSISTENT_REPLIES', party: undefined, retryable: false });
    }
  });

  it('is found out before any input is sent where the parties make the checks', async () => {
    for (const kind of [
      'add',
      'bit',
      'constant',
      'negated',
      'later',
      'stale-model',
      'wrong-digest',
    ] as const) {
      for (let liar = 0; liar < 3; liar++) {
        const mesh = new InProcessMesh(3, options);
        mesh.parties[liar]!.lie = drawLie(createRandom(seed, liar), kind);
        const error = await mesh.connect({ verification: 'cross' }).catch((error: unknown) => error);
        const code = kind === 'wrong-digest' ? 'DIGEST_MISMATCH' : 'FALSE_SKETCH';
        expect(error, kind).toMatchObject({ code, party: mesh.urls[liar], retryable: false });
        // a sketch and a canary for each layer, and no request for an input
        expect(
          mesh.trace.filter(({ party, method }) => party === liar && method === 'POST').length,
        ).toBeLessThanOrEqual(4);
      }
    }
  });

  it('outnumbers the rest: three of five liars under shamir are an error, not an answer', async () => {
    const mesh = new InProcessMesh(5, options);
    const client = await mesh.connect({
      sharing: { scheme: 'shamir', threshold: 3 },
      verification: 'freivalds',
      checks,
    });
    mesh.parties.forEach(
      (party, i) => (party.lie = i < 3 ? { kind: 'add', element: 0, amount: 1n } : undefined),
    );
    await expect(client.infer(inputOf(2))).rejects.toMatchObject({
      code: 'NOT_ENOUGH_REPLIES',
      retryable: false,
    });
  });

  it('is not asked again: a failed check is no reason for a retry', async () => {
    const mesh = new InProcessMesh(2, options);
    const client = await mesh.connect({ verification: 'freivalds', checks, retries: 5 });
    mesh.parties[0]!.lie = { kind: 'constant', value: 1n };
    mesh.trace.length = 0;
    await expect(client.infer(inputOf(3))).rejects.toMatchObject({ code: 'WRONG_REPLY' });
    expect(mesh.trace.filter(({ party }) => party === 0)).toHaveLength(1);
  });
});
