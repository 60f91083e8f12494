import { describe, expect, test } from 'vitest';
import { MAX_MODULUS_BITS, PARAMETER_SETS, assertSecure, modulusBits } from '../../src/ring/parameters.ts';
import { primalAttackBits } from './lattice-estimate.ts';
import { maxPrivateOutputs } from '../../src/encryption/key-leakage.ts';
import { planModel } from '../../src/linear/layer-plan.ts';
import { Ring } from '../../src/ring/ring.ts';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';

const all = Object.values(PARAMETER_SETS).flat();

/**
 * log2 q for 128 bits of classical security, ternary secrets: "Security Guidelines for Implementing Homomorphic
 * Encryption", ePrint 2024/463. Written out here, so that a change of the code's own table is noticed.
 */
const GUIDELINES: Readonly<Record<number, number>> = {
  1024: 26,
  2048: 53,
  4096: 106,
  8192: 214,
  16384: 430,
  32768: 868,
};

describe('parameter sets', () => {
  test.each(all)('degree $degree stays a bit below the 128-bit table', ({ degree, moduli }) => {
    expect(() => assertSecure({ degree, moduli })).not.toThrow();
    const product = moduli.reduce((q, p) => q * BigInt(p), 1n);
    expect(product).toBeLessThan(2n ** BigInt(GUIDELINES[degree]! - 1));
  });

  test('are these: whoever changes one changes what every client and server has to agree on', () => {
    const thirty = [
      1_073_692_673, 1_073_643_521, 1_073_479_681, 1_073_430_529, 1_073_299_457, 1_073_233_921, 1_073_184_769,
    ];
    const [first, second, third] = [1_073_692_673, 1_073_668_097, 1_073_651_713];
    expect(PARAMETER_SETS).toEqual({
      'public-model': [
        { degree: 2048, moduli: [134_176_769, 33_550_337] },
        { degree: 4096, moduli: [first, second] },
        { degree: 4096, moduli: [first, second, third] },
        { degree: 8192, moduli: thirty.slice(0, 4) },
      ],
      'circuit-private': [
        { degree: 4096, moduli: [first, second, third] },
        { degree: 4096, moduli: [first, 33_538_049, 33_349_633, 33_292_289] },
        { degree: 8192, moduli: thirty.slice(0, 5) },
        { degree: 8192, moduli: thirty },
      ],
    });
  });

  test('are judged by the guidelines of 2024', () => {
    expect(MAX_MODULUS_BITS).toEqual(GUIDELINES);
  });

  test('are harder than what the table allows, by an estimate of the lattice attack, which 0.1.0 was not', () => {
    const bits = (degree: number, modulusBits: number) => primalAttackBits(degree, modulusBits, 3.19);
    for (const { degree, moduli } of all) {
      expect(bits(degree, modulusBits(moduli))).toBeGreaterThan(bits(degree, GUIDELINES[degree]!) + 1);
    }
    const lost = bits(4096, 106) - bits(4096, 108);
    expect(lost).toBeGreaterThan(2);
    expect(lost).toBeLessThan(3);
  });

  test('are refused from a bit below the table on', () => {
    const thirty = [1_073_692_673, 1_073_668_097, 1_073_651_713];
    expect(() => assertSecure({ degree: 4096, moduli: thirty })).not.toThrow();
    // 105.3 bits: within the table, and not within the margin
    const close = [...thirty, 40_961];
    expect(() => assertSecure({ degree: 4096, moduli: close })).toThrow(/1 to 105 bits at degree 4096/);
    // what 0.1.0 used: 4 × 27 bits
    const old = [134_176_769, 134_111_233, 134_012_929, 133_963_777];
    expect(() => assertSecure({ degree: 4096, moduli: old })).toThrow(/1 to 105 bits/);
  });

  test.each([
    ['a modulus beyond the table', { degree: 2048, moduli: [1_073_692_673, 1_073_668_097] }],
    ['a degree that is not in it', { degree: 512, moduli: [12_289] }],
    ['a prime that is not 1 modulo 2n', { degree: 4096, moduli: [1_073_741_789] }],
    ['a composite', { degree: 1024, moduli: [17 * 241] }],
    ['the same prime twice', { degree: 4096, moduli: [134_176_769, 134_176_769] }],
    ['no prime', { degree: 4096, moduli: [] }],
    ['a prime above 2^30', { degree: 8192, moduli: [1_073_872_897] }],
  ])('%s is refused, and no ring is made of it', async (_what, parameters) => {
    const refused = expect.objectContaining({ code: 'PARAMETER_MISMATCH' });
    expect(() => assertSecure(parameters)).toThrow(refused);
    const kernels = await loadRlweKernels();
    expect(() => new Ring(kernels, parameters)).toThrow(refused);
  });
});

describe('plans', () => {
  const layer = (rows: number, columns: number, weightBits: 14 | 28 = 14) => ({
    rows,
    columns,
    weightBits,
    maxRowSum: Math.ceil((columns * 2 ** (weightBits - 1)) / 4),
  });

  /** 13·(n − n_needed) / (log q − γ_min − 1), as docs/rlwe.md derives it, with numbers in place of names. */
  test.each([
    [0, (13 * (4096 - (4096 * (90 - Math.log2(2364.83 / 3.2))) / 106)) / (90 - 59 - 1), 427],
    [1, (13 * (4096 - (4096 * (105 - Math.log2(2364.83 / 3.2))) / 106)) / (105 - 59 - 1), 117],
    [2, (13 * (8192 - (8192 * (150 - Math.log2(2364.83 / 3.2))) / 214)) / (150 - 59 - 1), 406],
    [3, (13 * (8192 - (8192 * (210 - Math.log2(2364.83 / 3.2))) / 214)) / (210 - 59 - 1), 44],
  ])('a reply in circuit-private set %i leaves the mask hidden: at most %f outputs', (at, bound, most) => {
    const parameters = PARAMETER_SETS['circuit-private'][at]!;
    expect(maxPrivateOutputs(parameters)).toBe(most);
    // the primes are a little below their powers of two
    expect(Math.abs(most + 0.5 - bound)).toBeLessThan(1);
  });

  test('never put more outputs in a reply than that', () => {
    for (const [rows, columns] of [
      [1, 1],
      [1, 8],
      [1000, 2],
      [4096, 4],
      [64, 64],
    ] as const) {
      for (const scheme of ['ckks', 'bfv'] as const) {
        const [plan] = planModel([layer(rows, columns)], scheme, 'circuit-private');
        const { blockRows, batchRows } = plan!.shape;
        expect(blockRows * batchRows).toBeLessThanOrEqual(maxPrivateOutputs(plan!.parameters));
      }
    }
  });

  /** In both tiers' order: rows, columns, weight bits; degree, primes, flood (ckks); degree, primes, flood (bfv). */
  test.each([
    [1, 8, 14, [4096, 3, 59], [4096, 4, 59]],
    [10, 256, 14, [4096, 3, 63], [4096, 4, 63]],
    [128, 784, 14, [4096, 3, 68], [8192, 5, 68]],
    [1024, 1024, 14, [4096, 4, 72], [8192, 5, 72]],
    [128, 784, 28, [4096, 4, 78], [8192, 5, 82]],
    [1024, 1024, 28, [4096, 4, 82], [8192, 5, 86]],
  ] as const)('are the same on every machine and in every version: %i × %i, %i bits', (...expected) => {
    const [rows, columns, weightBits, ckks, bfv] = expected;
    const maxRowSum = columns * (weightBits === 14 ? 8191 : 2 ** 27 - 1);
    const found = (['ckks', 'bfv'] as const).map((scheme) => {
      const [plan] = planModel([{ rows, columns, weightBits, maxRowSum }], scheme, 'circuit-private');
      return [plan!.parameters.degree, plan!.parameters.moduli.length, plan!.floodBits];
    });
    expect(found).toEqual([ckks, bfv]);
  });

  test('flood the noise of any weights by 2^40, summed over the outputs of a row', () => {
    for (const [rows, columns, weightBits] of [
      [1, 1, 14],
      [1, 8, 14],
      [10, 256, 14],
      [128, 784, 14],
      [1024, 1024, 14],
      [10, 256, 28],
      [1024, 1024, 28],
    ] as const) {
      const largest = weightBits === 14 ? 8191 : 2 ** 27 - 1;
      for (const scheme of ['ckks', 'bfv'] as const) {
        const info = { rows, columns, weightBits, maxRowSum: columns * largest };
        const [plan] = planModel([info], scheme, 'circuit-private');
        const { parameters, shape, floodBits, weightShift } = plan!;
        // what no honest client can know better than this: e·w + u·e' + f·s, all weights as large as they may be
        const weights = 10.5 * shape.blockRows * columns * (largest / 2 ** weightShift) ** 2;
        const mask = (2 ** 26 / 12) * (10.5 + 2 / 3) * parameters.degree;
        const noise = rows * Math.sqrt(weights + mask);
        const distance = noise / 2 ** (floodBits! + 1);
        expect(distance).toBeLessThanOrEqual(2 ** -40);
        // and by no more than it takes: a bit too many is a bit of precision
        expect(distance).toBeGreaterThan(2 ** -42.5);
      }
    }
    expect(planModel([layer(1, 8)], 'ckks', 'public-model')[0]!.floodBits).toBeUndefined();
  });

  test('take the smallest ring that all layers fit', () => {
    expect(planModel([layer(10, 256)], 'ckks', 'circuit-private')[0]!.parameters.moduli).toHaveLength(3);
    const mixed = planModel([layer(10, 256), layer(4096, 4096)], 'ckks', 'circuit-private');
    expect(new Set(mixed.map((plan) => plan.parameters)).size).toBe(1);
    expect(mixed[0]!.parameters.moduli).toHaveLength(4);
  });

  test('a model that no ring holds exactly is refused beforehand', () => {
    const huge = { rows: 4, columns: 60_000, weightBits: 28, maxRowSum: Number.MAX_SAFE_INTEGER } as const;
    expect(() => planModel([huge], 'bfv', 'circuit-private')).toThrow(
      expect.objectContaining({ code: 'PARAMETER_MISMATCH', retryable: false }),
    );
  });
});
