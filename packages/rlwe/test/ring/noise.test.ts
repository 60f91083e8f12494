import { describe, expect, test } from 'vitest';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import {
  encryptSeeded,
  expandUniform,
  generatePublicKey,
  multiplyBySecret,
} from '../../src/encryption/encrypt.ts';
import { ERROR_MAX, ERROR_VARIANCE, maskNoise, productNoise, roundingNoise } from '../../src/ring/noise.ts';
import { addFlood, addMask, addMaskError } from '../../src/encryption/rerandomise.ts';
import { Ring } from '../../src/ring/ring.ts';
import { generateSecretKey } from '../../src/encryption/secret-key.ts';
import { bothSides, generator, randomInputs, randomLayer } from '../layers.ts';

const SMALL = { degree: 1024, moduli: [33_538_049] };
const FULL = { degree: 4096, moduli: [1_073_692_673, 1_073_668_097, 1_073_651_713] };
const WIDE = { degree: 4096, moduli: [1_073_692_673, 33_538_049, 33_349_633, 33_292_289] };

/** value^-1 modulo a prime. */
function inverse(value: bigint, p: bigint): bigint {
  let result = 1n;
  for (let e = p - 2n, square = value % p; e > 0n; e >>= 1n, square = (square * square) % p) {
    if (e & 1n) result = (result * square) % p;
  }
  return result;
}

/** Largest and mean square of the centred residues of a one-prime element, folded into what was seen before. */
class Seen {
  largest = 0;
  squares = 0;
  count = 0;

  add(words: ArrayLike<number>, p: number): void {
    for (let i = 0; i < words.length; i++) {
      const value = words[i]! > p / 2 ? words[i]! - p : words[i]!;
      this.largest = Math.max(this.largest, Math.abs(value));
      this.squares += value * value;
    }
    this.count += words.length;
  }

  get rms(): number {
    return Math.sqrt(this.squares / this.count);
  }
}

describe('noise of 10,000 encryptions', () => {
  test('fresh, and times a plaintext, never exceeds its bound', async () => {
    const kernels = await loadRlweKernels();
    const ring = new Ring(kernels, SMALL);
    const key = generateSecretKey(ring);
    const { degree } = ring;
    const { p } = ring.limbs[0]!;

    const random = generator(5);
    const w = ring.allocate();
    const integers = kernels.allocate(degree);
    const weights = Int32Array.from({ length: degree }, () => Math.round((random() * 2 - 1) * 100));
    new Int32Array(kernels.words(integers, degree).buffer, integers, degree).set(weights);
    ring.fromDigits(w, integers);
    ring.forward(w);
    const sum = weights.reduce((total, x) => total + Math.abs(x), 0);
    const bound = productNoise({ sum, largest: 100 });

    const [fresh, product] = [new Seen(), new Seen()];
    const [message, c0, a] = [ring.allocate(), ring.allocate(), ring.allocate()];
    for (let round = 0; round < 10_000; round++) {
      kernels.words(message, degree).fill(0);
      const seed = encryptSeeded(ring, key, c0, message);
      expandUniform(ring, a, seed, 'uniform');
      kernels.multiplyAdd(a, a, key.s, c0, degree, p);
      kernels.multiply(c0, a, w, degree, p);
      ring.inverse(a);
      ring.inverse(c0);
      fresh.add(kernels.words(a, degree), p);
      product.add(kernels.words(c0, degree), p);
    }
    expect(fresh.largest).toBeLessThanOrEqual(ERROR_MAX);
    expect(fresh.rms ** 2 / ERROR_VARIANCE).toBeCloseTo(1, 2);
    expect(product.largest).toBeLessThanOrEqual(bound.bound);
    // the bound is not idle: a tenth of a million samples come within a factor of three of it
    expect(product.largest).toBeGreaterThan(bound.bound / 4);
    expect(product.rms).toBeLessThanOrEqual(bound.rms);
  }, 60_000);
});

describe('re-randomisation', () => {
  test('masks add noise within the bound, and leave nothing of c1', async () => {
    const kernels = await loadRlweKernels();
    const ring = new Ring(kernels, FULL);
    const key = generateSecretKey(ring);
    const p1 = ring.allocate();
    const p0 = ring.allocate();
    expandUniform(ring, p1, generatePublicKey(ring, key, p0), 'public key');
    const bound = maskNoise(ring.degree);
    const seen = new Seen();
    const { p } = ring.limbs[0]!;
    for (let round = 0; round < 50; round++) {
      ring.scratch(() => {
        const [c0, c1] = [ring.allocate(), ring.allocate()];
        addMask(ring, c0, c1, { p0, p1 });
        ring.inverse(c0);
        ring.inverse(c1);
        addMaskError(ring, c1);
        const mean = kernels.words(c1, ring.degree).reduce((total, x) => total + x, 0) / ring.degree;
        expect(Math.abs(mean / p - 0.5)).toBeLessThan(0.03);
        multiplyBySecret(ring, key, c1, 3);
        kernels.add(c0, c0, c1, ring.degree, p);
        seen.add(kernels.words(c0, ring.degree), p);
      });
    }
    expect(seen.largest).toBeLessThanOrEqual(bound.bound);
    expect(seen.rms).toBeLessThanOrEqual(bound.rms);
    expect(seen.rms).toBeGreaterThan(bound.rms / 2);
  });

  test.each([20, 29, 30, 31, 59, 60, 61, 67, 72, 88])(
    'the flood of %i bits is uniform on [−2^g, 2^g): each bit of each coefficient is a fair coin',
    async (bits) => {
      const kernels = await loadRlweKernels();
      const ring = new Ring(kernels, WIDE);
      const [count, rounds] = [512, 8];
      const q = ring.modulus();
      const terms = ring.limbs.map(({ p }) => (q / BigInt(p)) * inverse(q / BigInt(p), BigInt(p)));
      const drawn: bigint[] = [];
      for (let round = 0; round < rounds; round++) {
        ring.scratch(() => {
          const values = kernels.allocate(ring.limbs.length * count);
          // something is there already, and stays
          ring.limbs.forEach((_, k) => kernels.words(values + 4 * count * k, count).fill(7));
          addFlood(ring, values, count, bits);
          const residues = ring.limbs.map((_, k) => kernels.words(values + 4 * count * k, count).slice());
          for (let i = 0; i < count; i++) {
            const x = terms.reduce((sum, term, k) => sum + term * BigInt(residues[k]![i]!), 0n) % q;
            drawn.push((2n * x > q ? x - q : x) - 7n);
          }
        });
      }
      const half = 1n << BigInt(bits);
      const offsets = drawn.map((value) => value + half);
      expect(offsets.every((value) => value >= 0n && value < 2n * half)).toBe(true);
      const expected = offsets.length / 2;
      for (let bit = 0n; bit <= BigInt(bits); bit++) {
        const ones = offsets.filter((value) => (value >> bit) & 1n).length;
        expect(Math.abs(ones - expected) / Math.sqrt(expected / 2)).toBeLessThan(6);
      }
      // and the bits are independent enough that 32 equal cells fill alike, and no value comes again
      const cells = new Float64Array(32);
      for (const value of offsets) cells[Number(value >> BigInt(bits - 4))]!++;
      const chi = cells.reduce((sum, n) => sum + (n - offsets.length / 32) ** 2, 0) / (offsets.length / 32);
      expect(chi).toBeLessThan(100); // 31 degrees of freedom: once in 10^9 runs
      if (bits > 50) expect(new Set(offsets).size).toBe(offsets.length);
    },
  );
});

describe('replies', () => {
  test.each(['circuit-private', 'public-model'] as const)(
    'of the %s tier keep within the plan',
    async (tier) => {
      const layer = randomLayer(1, 8, 14);
      const { client, evaluator, key } = await bothSides([layer], 'ckks', tier);
      const [plan] = client.plans;
      const batch = plan!.shape.batchRows;
      const moduli = plan!.parameters.moduli;
      let worst = 0;
      for (let round = 0; round * batch < 10_000; round++) {
        const x = randomInputs(8 * batch, 1, round);
        const sent = client.encryptLayer(0, x);
        const y = client.decryptLayer(0, sent, evaluator.evaluate(0, sent.payloads, batch, key));
        const { fractionBits } = sent.precision;
        for (let b = 0; b < batch; b++) {
          let sum = 0;
          for (let j = 0; j < 8; j++)
            sum += layer.weight(0, j) * Math.round(x[8 * b + j]! * 2 ** fractionBits);
          const error = Math.abs(y[b]! / layer.rowScales[0]! - sum * 2 ** -fractionBits);
          worst = Math.max(worst, error);
        }
        const unit = 2 ** (fractionBits + plan!.encoding.scaleBits);
        const dropped = moduli.slice(plan!.replyLimbs).reduce((product, p) => product * p, 1);
        expect((worst * unit) / dropped).toBeLessThanOrEqual(plan!.replyNoise);
      }
      expect(worst).toBeGreaterThan(0);
      client.close();
    },
  );

  test('rounding a modulus away costs what it should', () => {
    expect(roundingNoise(4096).bound).toBeLessThan(2 ** 8);
    expect(roundingNoise(4096, 8).rms).toBeCloseTo(8 * roundingNoise(4096).rms);
  });
});
