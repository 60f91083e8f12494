// Arithmetic modulo a prime p < 2^30, four 32-bit lanes at a time.
//
// Shoup's multiplication by a constant w with the precomputed quotient w' = floor(w·2^32 / p): for any 32-bit y,
//   y·w − floor(y·w' / 2^32)·p  lies in [0, 2p)   (D. Harvey, "Faster arithmetic for number-theoretic transforms", 2014).

/** floor(w·2^32 / p), the companion of the constant w < p. */
// @ts-ignore: decorator
@inline export function shoup(w: u32, p: u32): u32 {
  return <u32>(((<u64>w) << 32) / <u64>p);
}

/** y·w mod p in [0, 2p) for any y < 2^32. */
// @ts-ignore: decorator
@inline export function mulShoup(y: v128, w: v128, ws: v128, p: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(y, ws);
  const high = i64x2.extmul_high_i32x4_u(y, ws);
  const quotient = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  return i32x4.sub(i32x4.mul(y, w), i32x4.mul(quotient, p));
}

/** x − m where that is not negative, else x: brings [0, 2m) to [0, m). */
// @ts-ignore: decorator
@inline export function reduceOnce(x: v128, m: v128): v128 {
  return i32x4.min_u(x, i32x4.sub(x, m));
}

/** a − b mod p for a, b in [0, p); for any modulus below 2^31. */
// @ts-ignore: decorator
@inline export function subMod(a: v128, b: v128, p: v128): v128 {
  const d = i32x4.sub(a, b);
  return i32x4.min_u(d, i32x4.add(d, p));
}

/** Four u64 (two vectors) mod p, in [0, 2p). `c` = 2^32 mod p and 1, each with its Shoup companion. */
// @ts-ignore: decorator
@inline export function reduceWide(a: v128, b: v128, c: v128, cs: v128, one: v128, ones: v128, p: v128, p2: v128): v128 {
  const low = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
  const high = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
  return reduceOnce(i32x4.add(mulShoup(high, c, cs, p), mulShoup(low, one, ones, p)), p2);
}

/** 2^32 mod p. */
// @ts-ignore: decorator
@inline export function wordMod(p: u32): u32 {
  return <u32>(((<u64>1) << 32) % <u64>p);
}
