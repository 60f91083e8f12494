import { describe, expect, test } from 'vitest';
import { shareAdditiveFrom } from '../src/additive.ts';
import { P } from '../src/index.ts';
import type { FieldVector, Share, SharingOptions } from '../src/index.ts';
import { systemRandom } from '../src/random.ts';
import type { RandomSource } from '../src/random.ts';
import { shareShamirFrom } from '../src/shamir.ts';
import { bindingFor, kernels } from './support.ts';

// Shares of broken masks recombine as well as others do, so no round trip notices. What notices is statistics on what a
// party sees: the canary below passes the system's generator, and fails each of seven ways to misuse randomness.

/** Of some 70,000 statistics, one of a true generator is beyond this in one run of 7,000. */
const MAX_Z = 6;

/** Longer than one call of crypto.getRandomValues can fill, so that a forgotten loop shows. */
const LENGTH = 9_000;
const SHARINGS = 20;

interface Findings {
  /** The largest |z| of any bit of a share, over all elements, for a party and a secret. */
  readonly bit: number;
  /** The largest |z| of the bits set at any index, over all sharings. */
  readonly index: number;
  /** Shares, or seeds, seen before. */
  readonly repeats: number;
}

type Sharing = (random: RandomSource, secret: FieldVector, options: SharingOptions) => Share[];

const schemes: Record<string, Sharing> = {
  additive: (random, secret, options) => shareAdditiveFrom(random, kernels, secret, options),
  shamir: (random, secret, options) => shareShamirFrom(random, kernels, secret, { ...options, threshold: 2 }),
};

/** |z| of `ones` set bits among `total` fair ones. */
const z = (ones: number, total: number) => Math.abs(ones - total / 2) / Math.sqrt(total / 4);

const secrets = [new BigUint64Array(LENGTH), new BigUint64Array(LENGTH).fill(P - (1n << 20n))];

/** Look at what each party sees of two very different secrets, shared again and again. */
function lookAtVectors(random: RandomSource, share: Sharing): Findings {
  const options = { parties: 2, seeded: false, binding: bindingFor(LENGTH) };
  const seen = new Set<string>();
  let repeats = 0;
  const zs = { bit: 0, index: 0 };
  for (const secret of secrets) {
    const views = [new BitCounts(LENGTH), new BitCounts(LENGTH)];
    for (let sharing = 0; sharing < SHARINGS; sharing++) {
      for (const { partyId, vector } of share(random, secret, options)) {
        const name = `${partyId}:${vector.subarray(0, 8).join()}`;
        if (seen.has(name)) repeats++;
        seen.add(name);
        views[partyId - 1]!.add(vector);
      }
    }
    for (const view of views) {
      zs.bit = Math.max(zs.bit, view.worstBit());
      zs.index = Math.max(zs.index, view.worstIndex());
    }
  }
  return { ...zs, repeats };
}

/** How often each bit is set, over all elements, and how many bits are, at each index. */
class BitCounts {
  readonly bits = new Float64Array(61);
  readonly indices: Float64Array;
  private vectors = 0;

  constructor(length: number) {
    this.indices = new Float64Array(length);
  }

  add(vector: FieldVector): void {
    this.vectors++;
    const halves = new Uint32Array(vector.buffer, vector.byteOffset, 2 * vector.length);
    for (let i = 0; i < halves.length; i++) {
      for (let rest = halves[i]!, first = 32 * (i & 1); rest !== 0; rest &= rest - 1) {
        this.bits[first + 31 - Math.clz32(rest & -rest)]!++;
        this.indices[i >> 1]!++;
      }
    }
  }

  worstBit(): number {
    return Math.max(...this.bits.map((ones) => z(ones, this.vectors * this.indices.length)));
  }

  worstIndex(): number {
    return this.indices.reduce((worst, ones) => Math.max(worst, z(ones, this.vectors * 61)), 0);
  }
}

/** Look at seeds: 256 bits, each of which must be fair, and none of which may come twice. */
function lookAtSeeds(random: RandomSource, share: Sharing): Findings {
  const options = { parties: 2, binding: bindingFor(1) };
  const sharings = 2_000;
  const bits = new Float64Array(256);
  const seen = new Set<string>();
  for (let sharing = 0; sharing < sharings; sharing++) {
    for (const part of share(random, BigUint64Array.of(1n), options)) {
      if (part.kind !== 'seed') continue;
      seen.add(part.seed.join());
      for (let bit = 0; bit < 256; bit++) bits[bit]! += (part.seed[bit >> 3]! >> (bit & 7)) & 1;
    }
  }
  return { bit: Math.max(...bits.map((ones) => z(ones, sharings))), index: 0, repeats: sharings - seen.size };
}

const passes = ({ bit, index, repeats }: Findings) => bit < MAX_Z && index < MAX_Z && repeats === 0;

const words = (target: Uint8Array) => new BigUint64Array(target.buffer);

/** The seven, each made anew, as some have a memory. */
const mutants: Record<string, () => RandomSource> = {
  zero: () => () => {},
  constant: () => (target) => words(target).fill(12_345n),
  reused: () => {
    let first: Uint8Array | undefined;
    return (target) => {
      if (first === undefined) {
        systemRandom(target);
        first = target.slice();
      } else target.set(first.subarray(0, target.length));
    };
  },
  'Math.random': () => (target) => {
    words(target).forEach((_, i, all) => {
      all[i] = BigInt(Math.floor(Math.random() * 2 ** 53));
    });
  },
  counter: () => {
    let count = 1n;
    return (target) => {
      words(target).forEach((_, i, all) => {
        all[i] = count++;
      });
    };
  },
  'low bits only': () => (target) => {
    systemRandom(target);
    words(target).forEach((word, i, all) => {
      all[i] = word & 0xffff_ffffn;
    });
  },
  // Of a seed, which is shorter than a call of the generator can fill, only half.
  'unfilled tail': () => (target) => {
    systemRandom(target.subarray(0, target.length === 32 ? 16 : 65_536));
  },
};

describe.each(Object.entries(schemes))('%s', (_, share) => {
  test('vectors are uniform, per bit and per index, whatever the secret', () => {
    const findings = lookAtVectors(systemRandom, share);
    expect(findings.bit).toBeLessThan(MAX_Z);
    expect(findings.index).toBeLessThan(MAX_Z);
    expect(findings.repeats).toBe(0);
  });

  test('so are seeds', () => {
    const findings = lookAtSeeds(systemRandom, share);
    expect(findings.bit).toBeLessThan(MAX_Z);
    expect(findings.repeats).toBe(0);
  });

  test.each(Object.entries(mutants))('the mutant “%s” is caught', (_, mutant) => {
    expect(passes(lookAtVectors(mutant(), share))).toBe(false);
    expect(passes(lookAtSeeds(mutant(), share))).toBe(false);
  });

  test('the correction vector of seeded masks is uniform, per bit and per index', () => {
    for (const value of [0n, 1n, P - 1n]) {
      const view = new BitCounts(64);
      const secret = new BigUint64Array(64).fill(value);
      for (let sharing = 0; sharing < 500; sharing++) {
        const shares = share(systemRandom, secret, { parties: 3, binding: bindingFor(64) });
        view.add(shares[2]!.vector);
      }
      expect(view.worstBit()).toBeLessThan(MAX_Z);
      expect(view.worstIndex()).toBeLessThan(MAX_Z);
    }
  });
});

test('the canary asks for both: a mutant still gives the secret back', () => {
  const secret = BigUint64Array.of(1n, 2n, 3n);
  for (const mutant of Object.values(mutants)) {
    const shares = shareAdditiveFrom(mutant(), kernels, secret, { parties: 2, binding: bindingFor(3) });
    expect(kernels.add(shares[0]!.vector, shares[1]!.vector)).toEqual(secret);
  }
});

test('no seed comes twice in 100,000 requests', () => {
  const options = { parties: 2, binding: bindingFor(1) };
  const secret = BigUint64Array.of(7n);
  // A quarter of a seed stands for it: a collision of honest ones has probability 3e-10.
  const seen = new Set<bigint>();
  for (let request = 0; request < 100_000; request++) {
    const [share] = shareAdditiveFrom(systemRandom, kernels, secret, options);
    if (share?.kind !== 'seed') throw new Error('the first share is not a seed');
    seen.add(new DataView(share.seed.buffer, share.seed.byteOffset).getBigUint64(0));
  }
  expect(seen.size).toBe(100_000);
});
