import { loadFieldKernels } from '@sharemesh/kernels/field';
import { describe, expect, test } from 'vitest';
import { P, certify, encode, expandSeed, fieldFromBytes, unpackField } from '../src/index.ts';
import type { SeedPurpose } from '../src/index.ts';
import { codeOf, encodeByHand, kernels, residue } from './support.ts';
import additive from './vectors/additive.json' with { type: 'json' };
import field from './vectors/field.json' with { type: 'json' };
import fixedPoint from './vectors/fixed-point.json' with { type: 'json' };
import { generateVectors } from './vectors/generate.ts';
import certificates from './vectors/overflow-certificate.json' with { type: 'json' };
import shamir from './vectors/shamir.json' with { type: 'json' };
import verification from './vectors/verification.json' with { type: 'json' };
import xof from './vectors/xof.json' with { type: 'json' };

const committed = {
  'field.json': field,
  'fixed-point.json': fixedPoint,
  'overflow-certificate.json': certificates,
  'xof.json': xof,
  'additive.json': additive,
  'shamir.json': shamir,
  'verification.json': verification,
};

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

test.each(['wasm', 'plain'] as const)(
  'the committed vectors are what the %s kernels compute',
  async (implementation) => {
    const vectors = generateVectors(await loadFieldKernels({ implementation }));
    expect(JSON.parse(JSON.stringify(vectors))).toEqual(committed);
  },
);

// The same once more, as a second implementation would use the files: by what they say, in BigInt.
describe('the vectors hold on their own', () => {
  test('field', () => {
    expect(BigInt(field.modulus)).toBe(P);
    for (const { a, b, sum, difference, product } of field.arithmetic) {
      expect(BigInt(sum)).toBe(residue(BigInt(a) + BigInt(b)));
      expect(BigInt(difference)).toBe(residue(BigInt(a) - BigInt(b)));
      expect(BigInt(product)).toBe(residue(BigInt(a) * BigInt(b)));
    }
    for (const { a, inverse } of field.inverses) expect(residue(BigInt(a) * BigInt(inverse))).toBe(1n);
    for (const { elements, field61, 'field61-packed': packed } of field.encodings) {
      const vector = BigUint64Array.from(elements, BigInt);
      expect(fieldFromBytes(bytes(field61))).toEqual(vector);
      expect(unpackField(bytes(packed), vector.length)).toEqual(vector);
    }
  });

  test('fixed point', () => {
    for (const { x, fraction_bits: f, encoded } of fixedPoint.encode) {
      expect(encoded.map(BigInt)).toEqual(x.map((value) => residue(encodeByHand(value, f))));
    }
    for (const { x, fraction_bits: f, code } of fixedPoint.refused) {
      expect(codeOf(() => encode(kernels, Float64Array.of(x), f))).toBe(code);
    }
    for (const { y, fraction_bits: f, row_scales: scales, decoded } of fixedPoint.decode) {
      for (const [i, value] of y.map(BigInt).entries()) {
        const centred = value > P >> 1n ? value - P : value;
        expect(decoded[i]).toBe(Number(centred) * (scales[i % scales.length]! * 2 ** -f));
      }
    }
  });

  test('overflow certificate', () => {
    for (const { max_row_sum: maxRowSum, max_abs: maxAbs, code, ...bits } of certificates.refused) {
      const [minFractionBits, maxFractionBits] = [bits.min_fraction_bits, bits.max_fraction_bits];
      expect(codeOf(() => certify({ maxRowSum, maxAbs, minFractionBits, maxFractionBits }))).toBe(code);
    }
    expect(certificates.certified.every(({ bound }) => 2n * BigInt(bound) < P)).toBe(true);
  });

  test('additive: seeds expand to their vectors, and all shares add up to the secret', () => {
    for (const { parties, binding, secret, shares, reconstructed } of additive.sharings) {
      expectExpansions(shares, parties, binding, 'additive');
      const sums = secret.map((_, j) =>
        residue(shares.reduce((sum, share) => sum + BigInt(share.vector[j]!), 0n)).toString(),
      );
      expect(sums).toEqual(secret);
      expect(reconstructed).toEqual(secret);
    }
  });

  test('shamir: shares are values of the polynomial', () => {
    for (const { parties, threshold, coefficients, shares } of shamir.polynomials) {
      expect(coefficients).toHaveLength(threshold);
      expect(shares).toHaveLength(parties);
      for (const [i, share] of shares.entries()) {
        const at = BigInt(i + 1);
        const value = coefficients.reduce((sum, c, k) => sum + BigInt(c) * at ** BigInt(k), 0n);
        expect(BigInt(share)).toBe(residue(value));
      }
    }
    for (const { parties, binding, secret, shares, reconstructed } of shamir.sharings) {
      expectExpansions(shares, parties, binding, 'shamir');
      expect(reconstructed).toEqual(secret);
    }
  });

  test('verification: s = rᵀ·W, and a reply passes if it is W·x', () => {
    const { weights, rows, columns, r, s, sketches, checks } = verification;
    const times = (key: string[]) =>
      Array.from({ length: columns }, (_, j) =>
        residue(
          key.reduce((sum, element, i) => sum + BigInt(element) * BigInt(weights[i * columns + j]!), 0n),
        ),
      );
    for (const answer of sketches) expect(answer.sketch.map(BigInt)).toEqual(times(answer.r));
    expect(s.map(BigInt)).toEqual(times(r));
    const verdicts = checks.map(({ share, reply, accepted }) => {
      const truth = reply.map((_, at) => {
        const [batch, row] = [Math.floor(at / rows), at % rows];
        return residue(
          Array.from({ length: columns }, (_, j) => j).reduce(
            (sum, j) => sum + BigInt(weights[row * columns + j]!) * BigInt(share[batch * columns + j]!),
            0n,
          ),
        ).toString();
      });
      expect(accepted).toBe(truth.join() === reply.join());
      return accepted;
    });
    expect(verdicts).toEqual([true, false]);
  });
});

interface WrittenShare {
  readonly party_id: number;
  readonly kind: string;
  readonly seed?: string;
  readonly vector: string[];
}

interface WrittenBinding {
  readonly model_digest: string;
  readonly layer: number;
  /** Of party k's request: request_ids[k − 1]. */
  readonly request_ids: readonly string[];
  readonly batch_size: number;
  readonly columns: number;
}

function expectExpansions(
  shares: readonly WrittenShare[],
  parties: number,
  written: WrittenBinding,
  purpose: SeedPurpose,
): void {
  expect(shares).toHaveLength(parties);
  for (const { party_id: partyId, kind, seed, vector } of shares) {
    expect(seed !== undefined).toBe(kind === 'seed');
    if (seed === undefined) continue;
    const binding = {
      modelDigest: written.model_digest,
      layer: written.layer,
      requestId: written.request_ids[partyId - 1]!,
      parties,
      partyId,
      batchSize: written.batch_size,
      columns: written.columns,
    };
    expect([...expandSeed(kernels, bytes(seed), binding, purpose)].map(String)).toEqual(vector);
  }
}
