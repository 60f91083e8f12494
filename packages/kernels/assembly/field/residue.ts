// Arithmetic modulo p = 2^61 − 1 on canonical residues in u64 words.

export const P: u64 = 0x1fffffffffffffff;

/** Bring v < 2^64 below p + 8: bits 61 and up re-enter at the bottom, as 2^61 = 1. */
// @ts-ignore: decorator
@inline export function fold(v: u64): u64 {
  return (v & P) + (v >> 61);
}

// @ts-ignore: decorator
@inline export function reduce(v: u64): u64 {
  const folded = fold(v);
  return folded >= P ? folded - P : folded;
}

/** a·b mod p, below 2^64 and not canonical. Halves of 31 and 30 bits keep every partial product below 2^62. */
// @ts-ignore: decorator
@inline export function multiply(a: u64, b: u64): u64 {
  const a0 = a & 0x7fffffff, a1 = a >> 31;
  const b0 = b & 0x7fffffff, b1 = b >> 31;
  const cross = a0 * b1 + a1 * b0;
  // 2^62 = 2, and the cross term's bits from 30 up have weight 2^61 = 1.
  return fold(a0 * b0) + ((a1 * b1) << 1) + ((cross & 0x3fffffff) << 31) + (cross >> 30);
}

// @ts-ignore: decorator
@inline function reduceOnce2(v: v128): v128 {
  const p = i64x2.splat(P);
  return i64x2.sub(v, v128.and(p, i64x2.gt_s(v, i64x2.splat(P - 1))));
}

/** Canonical form of two words below 2^63. */
// @ts-ignore: decorator
@inline export function reduce2(v: v128): v128 {
  return reduceOnce2(i64x2.add(v128.and(v, i64x2.splat(P)), i64x2.shr_u(v, 61)));
}

export function isCanonical(v: usize, length: i32): bool {
  for (const end = v + (<usize>length << 3); v < end; v += 8) {
    if (load<u64>(v) >= P) return false;
  }
  return true;
}

/** out = a + b. The vectors are padded to an even length. */
export function add(a: usize, b: usize, out: usize, length: i32): void {
  for (const end = a + (<usize>length << 3); a < end; a += 16, b += 16, out += 16) {
    v128.store(out, reduceOnce2(i64x2.add(v128.load(a), v128.load(b))));
  }
}

/** out = a − b. The vectors are padded to an even length. */
export function subtract(a: usize, b: usize, out: usize, length: i32): void {
  for (const end = a + (<usize>length << 3); a < end; a += 16, b += 16, out += 16) {
    const difference = i64x2.sub(v128.load(a), v128.load(b));
    const negative = i64x2.gt_s(i64x2.splat(0), difference);
    v128.store(out, i64x2.add(difference, v128.and(i64x2.splat(P), negative)));
  }
}

/** out[i] = Σ coefficients[k]·vectors[k][i] over `count` vectors that lie one after the other. */
export function combine(coefficients: usize, vectors: usize, count: i32, length: i32, out: usize): void {
  for (let i = 0; i < length; i++) {
    let sum: u64 = 0;
    for (let k = 0; k < count; k++) {
      const element = vectors + (<usize>(k * length + i) << 3);
      sum = fold(sum + fold(multiply(load<u64>(coefficients + (<usize>k << 3)), load<u64>(element))));
    }
    store<u64>(out + (<usize>i << 3), reduce(sum));
  }
}

/** Σ a[i]·b[i]. */
export function dot(a: usize, b: usize, length: i32): u64 {
  let sum: u64 = 0;
  for (const end = a + (<usize>length << 3); a < end; a += 8, b += 8) {
    sum = fold(sum + fold(multiply(load<u64>(a), load<u64>(b))));
  }
  return reduce(sum);
}
