// Negacyclic number-theoretic transform over Z_p[X]/(X^n + 1), p ≡ 1 (mod 2n), p < 2^30, n a power of two ≥ 16.
//
// Forward: Cooley–Tukey, natural order in, bit-reversed order out. Inverse: Gentleman–Sande. Both lazy (values stay
// below 4p < 2^32) and radix-4: two stages to one pass over memory.
//
// `tables` holds four runs of n words: powers of ψ in bit-reversed order, their Shoup companions, powers of ψ^-1,
// their companions.
import { mulShoup, reduceOnce, shoup, subMod } from './modular';

/** In place; in: [0, 4p), out: [0, p). */
export function ntt(a: usize, tables: usize, n: i32, p: u32): void {
  const w = tables;
  const ws = tables + ((<usize>n) << 2);
  const vp = i32x4.splat(p);
  const vp2 = i32x4.splat(p << 1);
  let m = 1;
  let t = n >> 1;
  for (; t >= 8; m <<= 2, t >>= 2) {
    const o1: usize = (<usize>t) << 1;
    const o2: usize = (<usize>t) << 2;
    const o3 = o1 + o2;
    let block = a;
    for (let i = 0; i < m; i++, block += o2 << 1) {
      const k1: usize = (<usize>(m + i)) << 2;
      const k2 = k1 << 1;
      const w1 = v128.load32_splat(w + k1);
      const s1 = v128.load32_splat(ws + k1);
      const w2 = v128.load32_splat(w + k2);
      const s2 = v128.load32_splat(ws + k2);
      const w3 = v128.load32_splat(w + k2, 4);
      const s3 = v128.load32_splat(ws + k2, 4);
      for (let q = block, end = block + o1; q < end; q += 16) {
        const x0 = reduceOnce(v128.load(q), vp2);
        const x1 = reduceOnce(v128.load(q + o1), vp2);
        const y0 = mulShoup(v128.load(q + o2), w1, s1, vp);
        const y1 = mulShoup(v128.load(q + o3), w1, s1, vp);
        const b0 = reduceOnce(i32x4.add(x0, y0), vp2);
        const b2 = subMod(x0, y0, vp2);
        const c1 = mulShoup(i32x4.add(x1, y1), w2, s2, vp);
        const c3 = mulShoup(i32x4.add(i32x4.sub(x1, y1), vp2), w3, s3, vp);
        v128.store(q, i32x4.add(b0, c1));
        v128.store(q + o1, i32x4.add(i32x4.sub(b0, c1), vp2));
        v128.store(q + o2, i32x4.add(b2, c3));
        v128.store(q + o3, i32x4.add(i32x4.sub(b2, c3), vp2));
      }
    }
  }
  if (t == 4) {
    for (let i = 0, q = a; i < m; i++, q += 32) {
      const k: usize = (<usize>(m + i)) << 2;
      const x = reduceOnce(v128.load(q), vp2);
      const y = mulShoup(v128.load(q, 16), v128.load32_splat(w + k), v128.load32_splat(ws + k), vp);
      v128.store(q, i32x4.add(x, y));
      v128.store(q, i32x4.add(i32x4.sub(x, y), vp2), 16);
    }
    m <<= 1;
  }
  lastTwoStages(a, w, ws, m, vp, vp2);
}

/** Distances 2 and 1, within vectors: two groups of four coefficients at a time. */
// @ts-ignore: decorator
@inline function lastTwoStages(a: usize, w: usize, ws: usize, m: i32, vp: v128, vp2: v128): void {
  for (let i = 0, q = a; i < m; i += 2, q += 32) {
    const k: usize = (<usize>(m + i)) << 2;
    const u = v128.load(q);
    const v = v128.load(q, 16);
    const x = reduceOnce(v128.shuffle<i32>(u, v, 0, 1, 4, 5), vp2);
    const pair = v128.load64_splat(w + k);
    const pairs = v128.load64_splat(ws + k);
    const y = mulShoup(
      v128.shuffle<i32>(u, v, 2, 3, 6, 7),
      v128.shuffle<i32>(pair, pair, 0, 0, 1, 1),
      v128.shuffle<i32>(pairs, pairs, 0, 0, 1, 1),
      vp,
    );
    const b0 = i32x4.add(x, y);
    const b1 = i32x4.add(i32x4.sub(x, y), vp2);
    const even = reduceOnce(v128.shuffle<i32>(b0, b1, 0, 4, 2, 6), vp2);
    const odd = mulShoup(v128.shuffle<i32>(b0, b1, 1, 5, 3, 7), v128.load(w + (k << 1)), v128.load(ws + (k << 1)), vp);
    const r0 = reduceOnce(reduceOnce(i32x4.add(even, odd), vp2), vp);
    const r1 = reduceOnce(reduceOnce(i32x4.add(i32x4.sub(even, odd), vp2), vp2), vp);
    v128.store(q, v128.shuffle<i32>(r0, r1, 0, 4, 1, 5));
    v128.store(q, v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), 16);
  }
}

/** In place; in: [0, 2p), out: [0, p). The factor n^-1 is folded into the last pass. */
export function intt(a: usize, tables: usize, n: i32, p: u32): void {
  const w = tables + ((<usize>n) << 3);
  const ws = w + ((<usize>n) << 2);
  const vp = i32x4.splat(p);
  const vp2 = i32x4.splat(p << 1);
  let m = n >> 2;
  firstTwoStages(a, w, ws, m, vp, vp2);
  m >>= 1;
  let t = 4;
  if ((ctz(m) & 1) == 0) {
    // an odd number of stages remains: one alone, so that the rest pair up
    for (let i = 0, q = a; i < m; i++, q += 32) {
      const k: usize = (<usize>(m + i)) << 2;
      const x = v128.load(q);
      const y = v128.load(q, 16);
      v128.store(q, reduceOnce(i32x4.add(x, y), vp2));
      v128.store(q, mulShoup(i32x4.add(i32x4.sub(x, y), vp2), v128.load32_splat(w + k), v128.load32_splat(ws + k), vp), 16);
    }
    m >>= 1;
    t = 8;
  }
  for (; m > 2; m >>= 2, t <<= 2) {
    const o1: usize = (<usize>t) << 2;
    const o2 = o1 << 1;
    const o3 = o1 + o2;
    let block = a;
    for (let i = 0, half = m >> 1; i < half; i++, block += o2 << 1) {
      const k1: usize = (<usize>(half + i)) << 2;
      const k2 = k1 << 1;
      const w1 = v128.load32_splat(w + k1);
      const s1 = v128.load32_splat(ws + k1);
      const w2 = v128.load32_splat(w + k2);
      const s2 = v128.load32_splat(ws + k2);
      const w3 = v128.load32_splat(w + k2, 4);
      const s3 = v128.load32_splat(ws + k2, 4);
      for (let q = block, end = block + o1; q < end; q += 16) {
        const x0 = v128.load(q);
        const x1 = v128.load(q + o1);
        const x2 = v128.load(q + o2);
        const x3 = v128.load(q + o3);
        const b0 = reduceOnce(i32x4.add(x0, x1), vp2);
        const b1 = mulShoup(i32x4.add(i32x4.sub(x0, x1), vp2), w2, s2, vp);
        const b2 = reduceOnce(i32x4.add(x2, x3), vp2);
        const b3 = mulShoup(i32x4.add(i32x4.sub(x2, x3), vp2), w3, s3, vp);
        v128.store(q, reduceOnce(i32x4.add(b0, b2), vp2));
        v128.store(q + o1, reduceOnce(i32x4.add(b1, b3), vp2));
        v128.store(q + o2, mulShoup(i32x4.add(i32x4.sub(b0, b2), vp2), w1, s1, vp));
        v128.store(q + o3, mulShoup(i32x4.add(i32x4.sub(b1, b3), vp2), w1, s1, vp));
      }
    }
  }
  lastPass(a, w, ws, n, p, vp, vp2);
}

/** Distances 1 and 2, within vectors. */
// @ts-ignore: decorator
@inline function firstTwoStages(a: usize, w: usize, ws: usize, m: i32, vp: v128, vp2: v128): void {
  for (let i = 0, q = a; i < m; i += 2, q += 32) {
    const k: usize = (<usize>(m + i)) << 2;
    const u = v128.load(q);
    const v = v128.load(q, 16);
    const even = v128.shuffle<i32>(u, v, 0, 2, 4, 6);
    const odd = v128.shuffle<i32>(u, v, 1, 3, 5, 7);
    const b0 = reduceOnce(i32x4.add(even, odd), vp2);
    const b1 = mulShoup(i32x4.add(i32x4.sub(even, odd), vp2), v128.load(w + (k << 1)), v128.load(ws + (k << 1)), vp);
    const low = v128.shuffle<i32>(b0, b1, 0, 4, 2, 6);
    const high = v128.shuffle<i32>(b0, b1, 1, 5, 3, 7);
    const pair = v128.load64_splat(w + k);
    const pairs = v128.load64_splat(ws + k);
    const c0 = reduceOnce(i32x4.add(low, high), vp2);
    const c1 = mulShoup(
      i32x4.add(i32x4.sub(low, high), vp2),
      v128.shuffle<i32>(pair, pair, 0, 0, 1, 1),
      v128.shuffle<i32>(pairs, pairs, 0, 0, 1, 1),
      vp,
    );
    v128.store(q, v128.shuffle<i32>(c0, c1, 0, 1, 4, 5));
    v128.store(q, v128.shuffle<i32>(c0, c1, 2, 3, 6, 7), 16);
  }
}

/** The stages of distance n/4 and n/2, every output multiplied by n^-1 and brought to [0, p). */
// @ts-ignore: decorator
@inline function lastPass(a: usize, w: usize, ws: usize, n: i32, p: u32, vp: v128, vp2: v128): void {
  const inverse = p - (p - 1) / <u32>n; // n·(p−1)/n ≡ −1
  const scaled = <u32>((<u64>load<u32>(w, 4) * <u64>inverse) % <u64>p);
  const vi = i32x4.splat(inverse);
  const vis = i32x4.splat(shoup(inverse, p));
  const w1 = i32x4.splat(scaled);
  const s1 = i32x4.splat(shoup(scaled, p));
  const w2 = v128.load32_splat(w, 8);
  const s2 = v128.load32_splat(ws, 8);
  const w3 = v128.load32_splat(w, 12);
  const s3 = v128.load32_splat(ws, 12);
  const o1: usize = <usize>n;
  const o2 = o1 << 1;
  const o3 = o1 + o2;
  for (let q = a, end = a + o1; q < end; q += 16) {
    const x0 = v128.load(q);
    const x1 = v128.load(q + o1);
    const x2 = v128.load(q + o2);
    const x3 = v128.load(q + o3);
    const b0 = i32x4.add(x0, x1);
    const b1 = mulShoup(i32x4.add(i32x4.sub(x0, x1), vp2), w2, s2, vp);
    const b2 = i32x4.add(x2, x3);
    const b3 = mulShoup(i32x4.add(i32x4.sub(x2, x3), vp2), w3, s3, vp);
    const c0 = reduceOnce(b0, vp2);
    const c2 = reduceOnce(b2, vp2);
    v128.store(q, reduceOnce(mulShoup(i32x4.add(c0, c2), vi, vis, vp), vp));
    v128.store(q + o1, reduceOnce(mulShoup(i32x4.add(b1, b3), vi, vis, vp), vp));
    v128.store(q + o2, reduceOnce(mulShoup(i32x4.add(i32x4.sub(c0, c2), vp2), w1, s1, vp), vp));
    v128.store(q + o3, reduceOnce(mulShoup(i32x4.add(i32x4.sub(b1, b3), vp2), w1, s1, vp), vp));
  }
}
