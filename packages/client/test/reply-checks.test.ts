import { describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/client';
import { drawCheckVector, randomField, shareAdditive } from '@sharemesh/shares';
import type { CheckVector } from '@sharemesh/shares';
import { ReplyChecks } from '../src/shares/reply-checks.ts';
import { failure } from './support/expect-error.ts';
import { offBy } from './support/lies.ts';
import { sample, testBundle, testMesh } from './support/test-mesh.ts';
import { kernels } from './support/test-party.ts';

const [rows, columns] = [3, 4];
const planes = [Int16Array.from({ length: rows * columns }, (_, i) => 5 * i - 20)];
const draw = () => drawCheckVector(kernels, planes, rows, columns);
const shares = shareAdditive(kernels, randomField(columns), {
  parties: 2,
  seeded: false,
  binding: { modelDigest: '', layer: 0, requestIds: ['a', 'b'], batchSize: 1, columns },
});
const matrix = kernels.packMatrix(planes, rows, columns);
const right = shares.map(({ vector }) => kernels.matmul(matrix, vector, 1));
const wrong = right.map((reply) => reply.with(0, (reply[0]! + 1n) % (2n ** 61n - 1n)));

describe('a check vector', () => {
  it('accepts W·x_i of each party, refuses the rest, and the reply of another party', () => {
    const holds = new ReplyChecks({ kernels, vectors: [draw()] }).begin(0)(shares, 1);
    expect([0, 1].map((i) => holds(i, right[i]!))).toEqual([true, true]);
    expect([0, 1].map((i) => holds(i, wrong[i]!))).toEqual([false, false]);
    expect(holds(0, right[1]!)).toBe(false);
  });

  it('that has refused a reply is drawn anew before the next sharing, and only then', () => {
    const drawn: CheckVector[] = [];
    const redraw = () => {
      drawn.push(draw());
      return drawn.at(-1)!;
    };
    const checks = new ReplyChecks({ kernels, vectors: [draw(), draw()], redraw, mostRefusals: 1 });
    const holds = checks.begin(0)(shares, 1);
    expect(holds(0, right[0]!)).toBe(true);
    checks.begin(0);
    expect(drawn).toHaveLength(0);
    holds(1, wrong[1]!);
    holds(0, wrong[0]!);
    checks.begin(1);
    expect(drawn).toHaveLength(0);
    expect(checks.begin(0)(shares, 1)(0, right[0]!)).toBe(true);
    expect(drawn).toHaveLength(1);
    checks.begin(0);
    expect(drawn).toHaveLength(1);
  });

  it('that cannot be drawn anew is used on up to a number of refusals, of each layer by itself', () => {
    const checks = new ReplyChecks({ kernels, vectors: [draw(), draw()], mostRefusals: 3 });
    for (let refusals = 0; refusals < 3; refusals++) {
      const holds = checks.begin(0)(shares, 1);
      expect(holds(0, right[0]!)).toBe(true);
      expect(holds(1, wrong[1]!)).toBe(false);
    }
    const spent = () => checks.begin(0);
    expect(spent).toThrow(MeshError);
    expect(spent).toThrow('has refused 3 replies');
    expect(checks.begin(1)(shares, 1)(0, right[0]!)).toBe(true);
  });
});

it('a client with the weights goes on under another vector after a lie', async () => {
  const bundle = testBundle();
  const mesh = testMesh(2, bundle);
  const client = await mesh.connect({ verification: 'freivalds', checks: { planes: bundle.planes } });
  const x = sample(12, 3);
  for (let lies = 0; lies < 3; lies++) {
    mesh.parties[lies % 2]!.twist = offBy([1n]);
    expect((await failure(client.infer(x), 'WRONG_REPLY')).party).toBe(mesh.urls[lies % 2]);
    mesh.parties[lies % 2]!.twist = undefined;
    await client.infer(x);
  }
});
