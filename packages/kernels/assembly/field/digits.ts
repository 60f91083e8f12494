// Residues as four 16-bit digits, the operands of i32x4.dot_i16x8_s:
//
//   x = d0 + d1·2^15 + d2·2^30 + d3·2^45 (mod p),   d0, d1, d2 in [−2^14, 2^14), d3 in [−2^15, 2^15)
//
// 61 bits in four digits make three of 15 bits and one of 16. A carry out of the last has weight 2^61 = 1: it enters
// the first. Digits are balanced because sums of products then stay small: the bits of x + BALANCE, less the offsets.

import { P, reduce2 } from './residue';

/** The digits' offsets at their weights: 2^14 + 2^29 + 2^44 + 2^60. */
const BALANCE: u64 = 0x1000100020004000;

/** [x, x'] to their digits, lowest in the lowest 16 bits of each half. */
// @ts-ignore: decorator
@inline function digits(x: v128): v128 {
  const sum = i64x2.add(x, i64x2.splat(BALANCE));
  // Bit 61 has weight 1. Itself it leaves at the top below.
  let v = i64x2.add(sum, i64x2.shr_u(sum, 61));
  // Adding the bits above a boundary to themselves shifts them by one: each step opens the gap above one digit.
  v = i64x2.add(v, v128.and(v, i64x2.splat(0xffffffffffff8000)));
  v = i64x2.add(v, v128.and(v, i64x2.splat(0xffffffff80000000)));
  v = i64x2.add(v, v128.and(v, i64x2.splat(0xffff800000000000)));
  return i16x8.sub(v, i64x2.splat(0x8000400040004000));
}

// Of all shuffles, engines have a single instruction for the interleaving ones.

// @ts-ignore: decorator
@inline export function interleaveLow(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline export function interleaveHigh(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/**
 * In place, each group of eight residues (64 bytes) becomes four vectors of eight digits: [d0][d1][d2][d3]. The four
 * are what one vector of eight weights meets.
 */
export function splitGroups(x: usize, groups: i32): void {
  for (const end = x + (<usize>groups << 6); x < end; x += 64) {
    const a = digits(v128.load(x)), b = digits(v128.load(x, 16));
    const c = digits(v128.load(x, 32)), d = digits(v128.load(x, 48));
    const even = interleaveLow(a, b), odd = interleaveHigh(a, b);
    const even2 = interleaveLow(c, d), odd2 = interleaveHigh(c, d);
    const first01 = interleaveLow(even, odd), first23 = interleaveHigh(even, odd);
    const second01 = interleaveLow(even2, odd2), second23 = interleaveHigh(even2, odd2);
    v128.store(x, i64x2.shuffle(first01, second01, 0, 2));
    v128.store(x, i64x2.shuffle(first01, second01, 1, 3), 16);
    v128.store(x, i64x2.shuffle(first23, second23, 0, 2), 32);
    v128.store(x, i64x2.shuffle(first23, second23, 1, 3), 48);
  }
}

/** In place, each two residues become four pairs of digits: [d0 d0'][d1 d1'][d2 d2'][d3 d3']. */
export function splitPairs(x: usize, pairs: i32): void {
  for (const end = x + (<usize>pairs << 4); x < end; x += 16) {
    const d = digits(v128.load(x));
    v128.store(x, interleaveLow(d, i64x2.shuffle(d, d, 1, 1)));
  }
}

/** Two canonical residues from digit sums below 2^31 in magnitude, as 64-bit lanes; those of d1 and d2 carried. */
// @ts-ignore: decorator
@inline export function weigh(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  // P lifts the total above zero. The last sum meets 2^45: its bits from 16 up have weight 2^61 = 1.
  let total = i64x2.add(i64x2.splat(P), s0);
  total = i64x2.add(total, i64x2.shl(s1, 15));
  total = i64x2.add(total, i64x2.shl(s2, 30));
  total = i64x2.add(total, i64x2.shl(v128.and(s3, i64x2.splat(0xffff)), 45));
  return reduce2(i64x2.add(total, i64x2.shr_s(s3, 16)));
}
