// Element-by-element arithmetic modulo p < 2^30. Inputs and outputs are canonical, n is a multiple of 4.
import { mulShoup, reduceOnce, reduceWide, shoup, subMod, wordMod } from './modular';

/** Terms of 60 bits that a 64-bit lane holds beside a reduced value. */
const LAZY_TERMS = 16;

export function add(r: usize, a: usize, b: usize, n: i32, p: u32): void {
  const vp = i32x4.splat(p);
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16, b += 16) {
    v128.store(r, reduceOnce(i32x4.add(v128.load(a), v128.load(b)), vp));
  }
}

export function subtract(r: usize, a: usize, b: usize, n: i32, p: u32): void {
  const vp = i32x4.splat(p);
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16, b += 16) {
    v128.store(r, subMod(v128.load(a), v128.load(b), vp));
  }
}

/** r = a·b. */
export function multiply(r: usize, a: usize, b: usize, n: i32, p: u32): void {
  const c = wordMod(p);
  const vp = i32x4.splat(p), vp2 = i32x4.splat(p << 1);
  const vc = i32x4.splat(c), vcs = i32x4.splat(shoup(c, p)), v1 = i32x4.splat(1), v1s = i32x4.splat(shoup(1, p));
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16, b += 16) {
    const x = v128.load(a), y = v128.load(b);
    const low = i64x2.extmul_low_i32x4_u(x, y), high = i64x2.extmul_high_i32x4_u(x, y);
    v128.store(r, reduceOnce(reduceWide(low, high, vc, vcs, v1, v1s, vp, vp2), vp));
  }
}

/** r = a·b + c. */
export function multiplyAdd(r: usize, a: usize, b: usize, c: usize, n: i32, p: u32): void {
  const w = wordMod(p);
  const vp = i32x4.splat(p), vp2 = i32x4.splat(p << 1);
  const vc = i32x4.splat(w), vcs = i32x4.splat(shoup(w, p)), v1 = i32x4.splat(1), v1s = i32x4.splat(shoup(1, p));
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16, b += 16, c += 16) {
    const x = v128.load(a), y = v128.load(b), z = v128.load(c);
    const low = i64x2.add(i64x2.extmul_low_i32x4_u(x, y), i64x2.extend_low_i32x4_u(z));
    const high = i64x2.add(i64x2.extmul_high_i32x4_u(x, y), i64x2.extend_high_i32x4_u(z));
    v128.store(r, reduceOnce(reduceWide(low, high, vc, vcs, v1, v1s, vp, vp2), vp));
  }
}

/** r = c − a·b. */
export function multiplySubtract(r: usize, a: usize, b: usize, c: usize, n: i32, p: u32): void {
  const w = wordMod(p);
  const vp = i32x4.splat(p), vp2 = i32x4.splat(p << 1);
  const vc = i32x4.splat(w), vcs = i32x4.splat(shoup(w, p)), v1 = i32x4.splat(1), v1s = i32x4.splat(shoup(1, p));
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16, b += 16, c += 16) {
    const x = i32x4.sub(vp, v128.load(a)), y = v128.load(b), z = v128.load(c);
    const low = i64x2.add(i64x2.extmul_low_i32x4_u(x, y), i64x2.extend_low_i32x4_u(z));
    const high = i64x2.add(i64x2.extmul_high_i32x4_u(x, y), i64x2.extend_high_i32x4_u(z));
    v128.store(r, reduceOnce(reduceWide(low, high, vc, vcs, v1, v1s, vp, vp2), vp));
  }
}

/**
 * Two inner products with one right side: r0 = Σ a_k·w_k and r1 = Σ b_k·w_k over `terms` polynomials, the k-th of each
 * `stride…` bytes after the one before. Sums stay in 64-bit lanes and are folded once in 16 terms. n: a multiple of 8.
 */
export function dotPair(
  r0: usize, r1: usize, a: usize, b: usize, strideA: usize, w: usize, strideW: usize, terms: i32, n: i32, p: u32,
): void {
  const c = wordMod(p);
  const vp = i32x4.splat(p), vp2 = i32x4.splat(p << 1);
  const vc = i32x4.splat(c), vcs = i32x4.splat(shoup(c, p)), v1 = i32x4.splat(1), v1s = i32x4.splat(shoup(1, p));
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 32) {
    let s0 = i64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
    let pa = a + at, pb = b + at, pw = w + at;
    for (let left = terms; left > 0; left -= LAZY_TERMS) {
      for (let k = min(left, LAZY_TERMS); k > 0; k--, pa += strideA, pb += strideA, pw += strideW) {
        const y0 = v128.load(pw), y1 = v128.load(pw, 16);
        const x0 = v128.load(pa), x1 = v128.load(pa, 16);
        s0 = i64x2.add(s0, i64x2.extmul_low_i32x4_u(x0, y0));
        s1 = i64x2.add(s1, i64x2.extmul_high_i32x4_u(x0, y0));
        s2 = i64x2.add(s2, i64x2.extmul_low_i32x4_u(x1, y1));
        s3 = i64x2.add(s3, i64x2.extmul_high_i32x4_u(x1, y1));
        const z0 = v128.load(pb), z1 = v128.load(pb, 16);
        t0 = i64x2.add(t0, i64x2.extmul_low_i32x4_u(z0, y0));
        t1 = i64x2.add(t1, i64x2.extmul_high_i32x4_u(z0, y0));
        t2 = i64x2.add(t2, i64x2.extmul_low_i32x4_u(z1, y1));
        t3 = i64x2.add(t3, i64x2.extmul_high_i32x4_u(z1, y1));
      }
      const f0 = reduceWide(s0, s1, vc, vcs, v1, v1s, vp, vp2), f1 = reduceWide(s2, s3, vc, vcs, v1, v1s, vp, vp2);
      const g0 = reduceWide(t0, t1, vc, vcs, v1, v1s, vp, vp2), g1 = reduceWide(t2, t3, vc, vcs, v1, v1s, vp, vp2);
      if (left <= LAZY_TERMS) {
        v128.store(r0 + at, reduceOnce(f0, vp));
        v128.store(r0 + at, reduceOnce(f1, vp), 16);
        v128.store(r1 + at, reduceOnce(g0, vp));
        v128.store(r1 + at, reduceOnce(g1, vp), 16);
        break;
      }
      s0 = i64x2.extend_low_i32x4_u(f0); s1 = i64x2.extend_high_i32x4_u(f0);
      s2 = i64x2.extend_low_i32x4_u(f1); s3 = i64x2.extend_high_i32x4_u(f1);
      t0 = i64x2.extend_low_i32x4_u(g0); t1 = i64x2.extend_high_i32x4_u(g0);
      t2 = i64x2.extend_low_i32x4_u(g1); t3 = i64x2.extend_high_i32x4_u(g1);
    }
  }
}

/**
 * r = Σ_k digits_k·constants[k] mod p for `count` runs of n signed words, one after the other: how integers wider than a
 * word become residues. |digit| < 2^31, constants canonical.
 */
export function combineDigits(r: usize, digits: usize, count: i32, constants: usize, n: i32, p: u32): void {
  const vp = i32x4.splat(p);
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 16) {
    let sum = i32x4.splat(0);
    for (let k = 0; k < count; k++) {
      const c = load<u32>(constants + ((<usize>k) << 2));
      const d = v128.load(digits + <usize>k * end + at);
      const product = reduceOnce(mulShoup(i32x4.abs(d), i32x4.splat(c), i32x4.splat(shoup(c, p)), vp), vp);
      const negative = i32x4.shr_s(d, 31);
      const term = v128.bitselect(subMod(i32x4.splat(0), product, vp), product, negative);
      sum = reduceOnce(i32x4.add(sum, term), vp);
    }
    v128.store(r + at, sum);
  }
}

/**
 * Modulus switching by one prime: r = (a − centre(b))·q^-1 mod p, which is round(x / q) for the x with residues a mod p
 * and b mod q. `inverse` = q^-1 mod p.
 */
export function dropPrime(r: usize, a: usize, b: usize, n: i32, p: u32, q: u32, inverse: u32): void {
  const vp = i32x4.splat(p), half = i32x4.splat(q >> 1), vq = i32x4.splat(q % p);
  const vi = i32x4.splat(inverse), vis = i32x4.splat(shoup(inverse, p));
  const v1 = i32x4.splat(1), v1s = i32x4.splat(shoup(1, p));
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16, b += 16) {
    const x = v128.load(b);
    const wraps = i32x4.gt_u(x, half);
    const centred = subMod(reduceOnce(mulShoup(x, v1, v1s, vp), vp), v128.and(wraps, vq), vp);
    v128.store(r, reduceOnce(mulShoup(subMod(v128.load(a), centred, vp), vi, vis, vp), vp));
  }
}

/** Is every word below p? Looks at all of them whatever it finds. */
export function isBelow(a: usize, n: i32, p: u32): bool {
  let worst = i32x4.splat(0);
  for (const end = a + ((<usize>n) << 2); a < end; a += 16) worst = i32x4.max_u(worst, v128.load(a));
  return !v128.any_true(i32x4.ge_u(worst, i32x4.splat(p)));
}
