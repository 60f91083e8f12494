import { describe, expect, it } from 'vitest';
import type { PartiesOptions, SharingChoice } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { offBy } from './support/lies.ts';
import { plaintext, sample, testBundle, testMesh } from './support/test-mesh.ts';
import type { TestMesh } from './support/test-mesh.ts';

// What the replies beyond the threshold show by themselves, held against parties that collude: they know each other's
// places, and put their replies on another polynomial together with as many honest ones as that takes.

const P = 2n ** 61n - 1n;
const x = sample(12, 9);
const bundle = testBundle();

const residue = (value: bigint) => ((value % P) + P) % P;

function inverse(value: bigint): bigint {
  let result = 1n;
  for (let e = P - 2n, base = residue(value); e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}

/**
 * `liars` add an error polynomial that is `amount` at 0 and vanishes at the parties in `spared`: with those, their replies
 * look like honest ones of another answer. Its degree is that of a sharing where no more than t − 1 are spared.
 */
function collude(
  mesh: TestMesh,
  liars: readonly number[],
  spared: readonly number[],
  amount = 5n << 55n,
): void {
  const at = (point: number) => spared.reduce((product, id) => residue(product * BigInt(point - id)), 1n);
  const scale = residue(amount * inverse(at(0)));
  mesh.parties.forEach((party, i) => {
    const id = i + 1;
    party.twist = liars.includes(id)
      ? offBy(
          Array.from({ length: 7 }, () => residue(scale * at(id))),
          ({ layer }) => layer === 0,
        )
      : undefined;
  });
}

const range = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

const shamir = (threshold: number, surplus?: 'detect' | 'correct'): Partial<PartiesOptions> => {
  const sharing: SharingChoice = { scheme: 'shamir', threshold, ...(surplus && { surplus }) };
  return { sharing, retries: 0 };
};

const isRight = (output: Float64Array) => output.every((v, i) => Math.abs(v - plaintext(x)[i]!) < 1e-6);

const meshes: readonly [threshold: number, parties: number][] = [
  [2, 2],
  [2, 3],
  [3, 4],
  [3, 5],
  [2, 5],
  [3, 7],
  [5, 8],
];

for (const [t, n] of meshes) {
  const surplus = n - t;
  const half = Math.floor(surplus / 2);
  /** Liars at either end of the line, as ids decide who is interpolated from whom. */
  const placings = (count: number) => [range(count), range(count, n - count + 1)];

  describe(`of ${n} replies with threshold ${t}, and no verification`, () => {
    it(`detect, the default, notices up to ${surplus} wrong ones, whatever they agree on`, async () => {
      for (const mode of [undefined, 'detect'] as const) {
        const mesh = testMesh(n, bundle);
        const client = await mesh.connect(shamir(t, mode));
        for (let count = 1; count <= surplus; count++) {
          for (const liars of placings(count)) {
            const honest = range(n).filter((id) => !liars.includes(id));
            for (const spared of [honest.slice(0, t - 1), honest.slice(1 - t), []]) {
              collude(mesh, liars, spared);
              const error = await failure(client.infer(x), 'INCONSISTENT_REPLIES');
              expect(error.party).toBeUndefined();
              expect(error.message).not.toMatch(/https:/);
            }
          }
        }
      }
    });

    it(`correct gives the right answer with up to ${half} wrong ones, and notices ${surplus - half}`, async () => {
      const mesh = testMesh(n, bundle);
      const client = await mesh.connect(shamir(t, 'correct'));
      for (let count = 0; count <= surplus - half; count++) {
        for (const liars of placings(count)) {
          const honest = range(n).filter((id) => !liars.includes(id));
          collude(mesh, liars, honest.slice(0, t - 1));
          if (count > half) {
            await failure(client.infer(x), 'INCONSISTENT_REPLIES');
            continue;
          }
          const { output, report } = await client.infer(x);
          expect(isRight(output)).toBe(true);
          expect(report.layers[0]).toMatchObject({ faults: [], agreement: { surplus } });
          const named = report.layers[0]!.agreement!.disagreeing;
          expect(named.toSorted()).toEqual(liars.map((id) => mesh.urls[id - 1]));
        }
      }
    });

    it('beyond that the parties that collude choose the answer, and no honest one is called a liar', async () => {
      for (const [mode, count] of [
        ['detect', surplus + 1],
        ['correct', surplus - half + 1],
      ] as const) {
        const mesh = testMesh(n, bundle);
        const client = await mesh.connect(shamir(t, mode));
        const liars = range(count, n - count + 1);
        collude(mesh, liars, range(t - 1));
        const { output, report } = await client.infer(x);
        expect(isRight(output)).toBe(false);
        for (const { faults } of report.layers) expect(faults).toEqual([]);
        // those that are left over disagree, which says nothing of who is right
        const left = range(n - count - (t - 1), t);
        expect(report.layers[0]!.agreement).toEqual({
          surplus,
          disagreeing: left.map((id) => mesh.urls[id - 1]),
        });
      }
    });
  });
}

describe('the report of a surplus', () => {
  it('says how many replies there were to compare', async () => {
    const mesh = testMesh(5, bundle);
    const client = await mesh.connect(shamir(3));
    for (const down of [0, 1, 2]) {
      if (down > 0) mesh.parties[5 - down]!.twist = () => Promise.reject(new Error('down'));
      const { report } = await client.infer(x);
      for (const { agreement } of report.layers)
        expect(agreement).toEqual({ surplus: 2 - down, disagreeing: [] });
    }
  });

  it('is absent where every reply is checked, and where there is none', async () => {
    const verified = { verification: 'freivalds', checks: { planes: bundle.planes } } as const;
    for (const options of [{}, { ...shamir(2), ...verified }, { ...shamir(2, 'correct'), ...verified }]) {
      const { report } = await (await testMesh(3, bundle).connect(options)).infer(x);
      for (const layer of report.layers) expect(layer).not.toHaveProperty('agreement');
    }
  });

  it('is chosen by name', async () => {
    for (const surplus of ['both', '', null, 1] as never[]) {
      await failure(
        testMesh(3, bundle).connect({ sharing: { scheme: 'shamir', threshold: 2, surplus } }),
        'INVALID_OPTION',
      );
    }
    await failure(
      testMesh(3, bundle).connect({ sharing: { scheme: 'additive', surplus: 'detect' } as never }),
      'INVALID_OPTION',
    );
  });
});
