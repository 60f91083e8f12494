import { P } from '../kernels.ts';
import type { FieldVector } from '../kernels.ts';
import { words } from './words.ts';

/**
 * Residues as three limbs in doubles, x = l0 + l1·2^21 + l2·2^42 with l0, l1 < 2^21 and l2 < 2^19: products of limbs,
 * and sums of many, stay below 2^53 and so exact.
 */
export interface Limbs {
  readonly l0: Float64Array;
  readonly l1: Float64Array;
  readonly l2: Float64Array;
}

const LIMB = 2 ** 21;
const TOP = 2 ** 19;
const WORD = 2 ** 32;

/** Products of two limb triples that may be added up before `LimbSums` must be carried. */
const MAX_TERMS = 128;

export function splitLimbs(v: FieldVector): Limbs {
  const w = words(v);
  const n = v.length;
  const limbs = { l0: new Float64Array(n), l1: new Float64Array(n), l2: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    const low = w[2 * i]!;
    const high = w[2 * i + 1]!;
    limbs.l0[i] = low & (LIMB - 1);
    limbs.l1[i] = (low >>> 21) | ((high & 0x3ff) << 11);
    limbs.l2[i] = high >>> 10;
  }
  return limbs;
}

/** s0 + s1·2^21 + s2·2^42 mod p, for integer sums of any sign. */
export function foldSums(s0: number, s1: number, s2: number): bigint {
  const total = (BigInt(s0) + (BigInt(s1) << 21n) + (BigInt(s2) << 42n)) % P;
  return total < 0n ? total + P : total;
}

/** Σ coefficients[k]·vectors[k] mod p. */
export function combine(coefficients: FieldVector, vectors: readonly FieldVector[]): FieldVector {
  const n = vectors[0]!.length;
  const c = splitLimbs(coefficients);
  // Columns of the schoolbook product. 2^63 and 2^84 are 4 and 4·2^21 mod p, so its five columns are three.
  const sums = { l0: new Float64Array(n), l1: new Float64Array(n), l2: new Float64Array(n) };
  for (const [k, vector] of vectors.entries()) {
    const [c0, c1, c2] = [c.l0[k]!, c.l1[k]!, c.l2[k]!];
    const { l0, l1, l2 } = splitLimbs(vector);
    for (let i = 0; i < n; i++) {
      const [x0, x1, x2] = [l0[i]!, l1[i]!, l2[i]!];
      sums.l0[i]! += c0 * x0 + 4 * (c1 * x2 + c2 * x1);
      sums.l1[i]! += c0 * x1 + c1 * x0 + 4 * c2 * x2;
      sums.l2[i]! += c0 * x2 + c1 * x1 + c2 * x0;
    }
    if (k % MAX_TERMS === MAX_TERMS - 1) carry(sums);
  }
  carry(sums);
  return joinLimbs(sums);
}

/** Σ a[i]·b[i] mod p. */
export function dot(a: FieldVector, b: FieldVector): bigint {
  const x = splitLimbs(a);
  const y = splitLimbs(b);
  let total = 0n;
  for (let start = 0; start < a.length; start += MAX_TERMS) {
    const end = Math.min(a.length, start + MAX_TERMS);
    let [s0, s1, s2] = [0, 0, 0];
    for (let i = start; i < end; i++) {
      const [x0, x1, x2] = [x.l0[i]!, x.l1[i]!, x.l2[i]!];
      const [y0, y1, y2] = [y.l0[i]!, y.l1[i]!, y.l2[i]!];
      s0 += x0 * y0 + 4 * (x1 * y2 + x2 * y1);
      s1 += x0 * y1 + x1 * y0 + 4 * x2 * y2;
      s2 += x0 * y2 + x1 * y1 + x2 * y0;
    }
    total += foldSums(s0, s1, s2);
  }
  return total % P;
}

/** Bring sums below 2^53 back to limbs; three rounds, as a carry out of the top limb re-enters at the bottom. */
function carry({ l0, l1, l2 }: Limbs): void {
  for (let i = 0; i < l0.length; i++) {
    let [s0, s1, s2] = [l0[i]!, l1[i]!, l2[i]!];
    for (let round = 0; round < 3; round++) {
      const c0 = Math.floor(s0 / LIMB);
      s0 -= c0 * LIMB;
      s1 += c0;
      const c1 = Math.floor(s1 / LIMB);
      s1 -= c1 * LIMB;
      s2 += c1;
      const c2 = Math.floor(s2 / TOP);
      s2 -= c2 * TOP;
      s0 += c2;
    }
    l0[i] = s0;
    l1[i] = s1;
    l2[i] = s2;
  }
}

/** Carried limbs to residues; p itself, the one value left that is not canonical, becomes 0. */
function joinLimbs({ l0, l1, l2 }: Limbs): FieldVector {
  const v = new BigUint64Array(l0.length);
  const w = words(v);
  for (let i = 0; i < v.length; i++) {
    const [s0, s1, s2] = [l0[i]!, l1[i]!, l2[i]!];
    if (s0 === LIMB - 1 && s1 === LIMB - 1 && s2 === TOP - 1) continue;
    w[2 * i] = (s0 + s1 * LIMB) % WORD;
    w[2 * i + 1] = Math.floor(s1 / 2 ** 11) + s2 * 2 ** 10;
  }
  return v;
}
