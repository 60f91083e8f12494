import { describe, expect, test } from 'vitest';
import { MAX_MODULUS_BITS, PARAMETER_SETS, assertSecure } from '../../src/ring/parameters.ts';
import { maxPrivateOutputs } from '../../src/encryption/key-leakage.ts';
import { planModel } from '../../src/linear/layer-plan.ts';

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

  test('are judged by the guidelines of 2024', () => {
    expect(MAX_MODULUS_BITS).toEqual(GUIDELINES);
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
  ])('%s is refused', (_what, parameters) => {
    expect(() => assertSecure(parameters)).toThrow(expect.objectContaining({ code: 'PARAMETER_MISMATCH' }));
  });
});

describe('plans', () => {
  const layer = (rows: number, columns: number, weightBits: 14 | 28 = 14) => ({
    rows,
    columns,
    weightBits,
    maxRowSum: Math.ceil((columns * 2 ** (weightBits - 1)) / 4),
  });

  test.each(PARAMETER_SETS['circuit-private'])('a reply of degree $degree spares the mask', (parameters) => {
    expect(maxPrivateOutputs(parameters)).toBeGreaterThanOrEqual(40);
    expect(maxPrivateOutputs(parameters)).toBeLessThan(parameters.degree / 4);
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

  test('flood the noise by 2^40, summed over the outputs of a row', () => {
    const [small] = planModel([layer(1, 8)], 'ckks', 'circuit-private');
    const [large] = planModel([layer(1024, 1024)], 'ckks', 'circuit-private');
    expect(small!.floodBits).toBeGreaterThanOrEqual(58);
    expect(large!.floodBits).toBeGreaterThanOrEqual(small!.floodBits! + 10);
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
