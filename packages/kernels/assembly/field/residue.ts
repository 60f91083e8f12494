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
  const bytes = <usize>length << 3;
  memory.fill(out, 0, bytes);
  for (const end = vectors + <usize>count * bytes; vectors < end; vectors += bytes, coefficients += 8) {
    const coefficient = load<u64>(coefficients);
    for (let i: usize = 0; i < bytes; i += 8) {
      store<u64>(out + i, fold(load<u64>(out + i) + multiply(coefficient, load<u64>(vectors + i))));
    }
  }
  for (const end = out + bytes; out < end; out += 8) store<u64>(out, reduce(load<u64>(out)));
}

/** Σ a[i]·b[i], the products' halves summed apart so that no step waits for a reduction. */
export function dot(a: usize, b: usize, length: i32): u64 {
  let low: u64 = 0, high: u64 = 0;
  for (const end = a + (<usize>length << 3); a < end; a += 8, b += 8) {
    const product = multiply(load<u64>(a), load<u64>(b));
    low += product & 0xffffffff, high += product >> 32;
  }
  return reduce(fold(low) + multiply(reduce(high), (<u64>1) << 32));
}
