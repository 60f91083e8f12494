// rᵀ·W mod p from row-major weights: two rows interleaved are the operands of dot_i16x8_s, one lane per column.

import { interleaveHigh, interleaveLow, weigh } from './digits';
import { SAFE_SUM } from './pack';

/** Bytes of digit sums per group of eight columns: four vectors for its first four columns, four for the others. */
const SUMS: usize = 128;

// @ts-ignore: decorator
@inline function accumulate(sum: v128, w: v128, r: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(w, r));
}

/**
 * Add rows 0 … 2·pairs − 1 of `w` (`groups`·8 int16 each), times the digit pairs at `r`, to the digit sums.
 * False, with nothing done, if a weight is too large to add two products.
 */
export function leftAccumulate(r: usize, w: usize, pairs: i32, groups: i32, sums: usize): bool {
  const stride = <usize>groups << 4;
  const magnitude = largestMagnitude(w, <usize>pairs * 2 * stride);
  if (magnitude << 1 > SAFE_SUM) return false;
  const interval = magnitude == 0 ? pairs : SAFE_SUM / (magnitude << 1);
  while (pairs > 0) {
    const block = min(interval, pairs);
    for (let group = 0; group < groups; group++) {
      accumulateBlock(r, w + (<usize>group << 4), block, stride, sums + <usize>group * SUMS);
    }
    r += <usize>block << 4;
    w += <usize>block * 2 * stride;
    pairs -= block;
  }
  return true;
}

function largestMagnitude(w: usize, bytes: usize): i32 {
  let largest = i16x8.splat(0);
  for (const end = w + bytes; w < end; w += 16) largest = i16x8.max_u(largest, i16x8.abs(v128.load(w)));
  let magnitude = 0;
  for (let lane = 0; lane < 8; lane++) {
    magnitude = max(magnitude, i16x8.extract_lane_u(largest, 0));
    largest = i8x16.shuffle(largest, largest, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1);
  }
  return magnitude;
}

/** `pairs` pairs of rows of one group of columns, few enough for 32-bit sums; then carries. */
function accumulateBlock(r: usize, w: usize, pairs: i32, stride: usize, sums: usize): void {
  let a0 = v128.load(sums), a1 = v128.load(sums, 16), a2 = v128.load(sums, 32), a3 = v128.load(sums, 48);
  let b0 = v128.load(sums, 64), b1 = v128.load(sums, 80), b2 = v128.load(sums, 96), b3 = v128.load(sums, 112);
  for (const end = r + (<usize>pairs << 4); r < end; r += 16, w += stride << 1) {
    const first = v128.load(w), second = v128.load(w + stride);
    const low = interleaveLow(first, second), high = interleaveHigh(first, second);
    let digit = v128.load32_splat(r);
    a0 = accumulate(a0, low, digit), b0 = accumulate(b0, high, digit);
    digit = v128.load32_splat(r, 4);
    a1 = accumulate(a1, low, digit), b1 = accumulate(b1, high, digit);
    digit = v128.load32_splat(r, 8);
    a2 = accumulate(a2, low, digit), b2 = accumulate(b2, high, digit);
    digit = v128.load32_splat(r, 12);
    a3 = accumulate(a3, low, digit), b3 = accumulate(b3, high, digit);
  }
  storeCarried(sums, a0, a1, a2, a3);
  storeCarried(sums + 64, b0, b1, b2, b3);
}

// @ts-ignore: decorator
@inline function storeCarried(sums: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const low15 = i32x4.splat(0x7fff);
  s0 = i32x4.add(s0, i32x4.shr_s(s3, 16)), s3 = v128.and(s3, i32x4.splat(0xffff));
  s1 = i32x4.add(s1, i32x4.shr_s(s0, 15)), s0 = v128.and(s0, low15);
  s2 = i32x4.add(s2, i32x4.shr_s(s1, 15)), s1 = v128.and(s1, low15);
  s3 = i32x4.add(s3, i32x4.shr_s(s2, 15)), s2 = v128.and(s2, low15);
  v128.store(sums, s0), v128.store(sums, s1, 16), v128.store(sums, s2, 32), v128.store(sums, s3, 48);
}

/** Digit sums to residues, eight per group. */
export function leftRecombine(sums: usize, groups: i32, out: usize): void {
  for (const end = sums + <usize>groups * SUMS; sums < end; sums += 64, out += 32) {
    const s0 = v128.load(sums), s1 = v128.load(sums, 16), s2 = v128.load(sums, 32), s3 = v128.load(sums, 48);
    v128.store(out, weigh(
      i64x2.extend_low_i32x4_s(s0), i64x2.extend_low_i32x4_s(s1),
      i64x2.extend_low_i32x4_s(s2), i64x2.extend_low_i32x4_s(s3),
    ));
    v128.store(out, weigh(
      i64x2.extend_high_i32x4_s(s0), i64x2.extend_high_i32x4_s(s1),
      i64x2.extend_high_i32x4_s(s2), i64x2.extend_high_i32x4_s(s3),
    ), 16);
  }
}
