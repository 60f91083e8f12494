// Y = X·Wᵀ on packed panels. See pack.ts for the panels, digits.ts for the digits.

import { P, reduce } from './residue';
import { weigh } from './digits';
import { TILE_GROUPS } from './pack';

// @ts-ignore: decorator
@inline function accumulate(sum: v128, w: v128, x: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(w, x));
}

/** What was read only to have it fetched; kept so that the reads are not optimised away. */
let touched: i32 = 0;

/** Pages that are fetched side by side, all in one expression below. */
const STREAMS: usize = 8;
const PAGE: usize = 4096;
const LINE: usize = 64;

/**
 * Touch the part of the next eight pages that is due while `bytes` at `w` are multiplied: an eighth of each page for
 * every page passed. A prefetcher follows one sequence per page and has so many reads under way; from eight pages at a
 * time memory gives half as much again as from one.
 */
function fetchAhead(w: usize, bytes: usize): void {
  const offset = w & (STREAMS * PAGE - 1);
  const due = w - offset + STREAMS * PAGE + offset / STREAMS;
  const end = due + bytes / STREAMS;
  for (let at = (due + LINE - 1) & ~(LINE - 1); at < end; at += LINE) {
    touched ^= load<i32>(at) ^ load<i32>(at, PAGE) ^ load<i32>(at, 2 * PAGE) ^ load<i32>(at, 3 * PAGE)
      ^ load<i32>(at, 4 * PAGE) ^ load<i32>(at, 5 * PAGE) ^ load<i32>(at, 6 * PAGE) ^ load<i32>(at, 7 * PAGE);
  }
}

/**
 * Add one panel (two rows × `groups` of eight columns) times the digits of x to the digit sums of both rows.
 *
 * The 32-bit sums would overflow after `interval` groups at the earliest where the 16-bit digit is concerned, and after
 * twice that for the others; carries keep them within bounds in registers.
 */
function multiplyPanel(w: usize, x: usize, sums: usize, groups: i32, interval: i32, streamed: bool): void {
  let a0 = v128.load(sums), a1 = v128.load(sums, 16), a2 = v128.load(sums, 32), a3 = v128.load(sums, 48);
  let b0 = v128.load(sums, 64), b1 = v128.load(sums, 80), b2 = v128.load(sums, 96), b3 = v128.load(sums, 112);
  const low15 = i32x4.splat(0x7fff), low16 = i32x4.splat(0xffff);
  let second = false;
  while (groups > 0) {
    const end = x + (<usize>min(interval, groups) << 6);
    if (i32(streamed) & i32(!second)) fetchAhead(w, <usize>min(interval << 1, groups) << 5);
    groups -= interval;
    do {
      const wa = v128.load(w), wb = v128.load(w, 16);
      let digit = v128.load(x);
      a0 = accumulate(a0, wa, digit), b0 = accumulate(b0, wb, digit);
      digit = v128.load(x, 16);
      a1 = accumulate(a1, wa, digit), b1 = accumulate(b1, wb, digit);
      digit = v128.load(x, 32);
      a2 = accumulate(a2, wa, digit), b2 = accumulate(b2, wb, digit);
      digit = v128.load(x, 48);
      a3 = accumulate(a3, wa, digit), b3 = accumulate(b3, wb, digit);
      w += 32, x += 64;
    } while (x < end);
    a0 = i32x4.add(a0, i32x4.shr_s(a3, 16)), a3 = v128.and(a3, low16);
    b0 = i32x4.add(b0, i32x4.shr_s(b3, 16)), b3 = v128.and(b3, low16);
    if (i32(second) | i32(groups <= 0)) {
      a1 = i32x4.add(a1, i32x4.shr_s(a0, 15)), a0 = v128.and(a0, low15);
      b1 = i32x4.add(b1, i32x4.shr_s(b0, 15)), b0 = v128.and(b0, low15);
      a2 = i32x4.add(a2, i32x4.shr_s(a1, 15)), a1 = v128.and(a1, low15);
      b2 = i32x4.add(b2, i32x4.shr_s(b1, 15)), b1 = v128.and(b1, low15);
      a3 = i32x4.add(a3, i32x4.shr_s(a2, 15)), a2 = v128.and(a2, low15);
      b3 = i32x4.add(b3, i32x4.shr_s(b2, 15)), b2 = v128.and(b2, low15);
    }
    second = !second;
  }
  v128.store(sums, a0), v128.store(sums, a1, 16), v128.store(sums, a2, 32), v128.store(sums, a3, 48);
  v128.store(sums, b0, 64), v128.store(sums, b1, 80), v128.store(sums, b2, 96), v128.store(sums, b3, 112);
}

/** [Σ a, Σ b, Σ c, Σ d] over the four lanes of each. */
// @ts-ignore: decorator
@inline function sumLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return i32x4.add(i64x2.shuffle(ab, cd, 0, 2), i64x2.shuffle(ab, cd, 1, 3));
}

/** Both rows' digit sums to two residues. */
// @ts-ignore: decorator
@inline function recombine(sums: usize, out: usize): void {
  const row0 = sumLanes(v128.load(sums), v128.load(sums, 16), v128.load(sums, 32), v128.load(sums, 48));
  const row1 = sumLanes(v128.load(sums, 64), v128.load(sums, 80), v128.load(sums, 96), v128.load(sums, 112));
  const low = i32x4.shuffle(row0, row1, 0, 4, 1, 5), high = i32x4.shuffle(row0, row1, 2, 6, 3, 7);
  v128.store(out, weigh(
    i64x2.extend_low_i32x4_s(low), i64x2.extend_high_i32x4_s(low),
    i64x2.extend_low_i32x4_s(high), i64x2.extend_high_i32x4_s(high),
  ));
}

/**
 * Read the first cache line of a panel ahead of its turn: its page is then looked up while the panel before it is
 * multiplied. Prefetchers stop at the end of a page, which is the end of a panel; a second line would start them on the
 * next page too early for this one.
 */
// @ts-ignore: decorator
@inline function touch(panel: usize): void {
  touched ^= load<i32>(panel);
}

/**
 * y = x·Wᵀ for a batch of columns x (batch × groups) and y (batch × 2·pairs).
 *
 * Pairs of rows go by blocks, and tiles of columns within: a tile of x stays in the first-level cache for the pairs of
 * a block, and a block of W in the second-level cache for the batch. For one column, a block of all pairs reads W once
 * from end to end; `streamed` says that it comes from memory then. `sums` has room for 128 bytes per pair of a block.
 */
export function multiplyPanels(
  panels: usize, intervals: usize, pairs: i32, groups: i32, block: i32,
  x: usize, batch: i32, y: usize, sums: usize, streamed: bool,
): void {
  for (let first = 0; first < pairs; first += block) {
    const last = min(first + block, pairs);
    for (let column = 0; column < batch; column++) {
      const columnX = x + (<usize>(column * groups) << 6);
      const columnY = y + (<usize>(column * pairs) << 4);
      clear(sums, <usize>(last - first) << 7);
      for (let tile = 0; tile < groups; tile += TILE_GROUPS) {
        const width = min(TILE_GROUPS, groups - tile);
        const tileX = columnX + (<usize>tile << 6);
        let panel = panels + (<usize>(tile * pairs + first * width) << 5);
        for (let pair = first; pair < last; pair++) {
          const next = panel + (<usize>width << 5);
          touch(next);
          const pairSums = sums + (<usize>(pair - first) << 7);
          multiplyPanel(panel, tileX, pairSums, width, load<u8>(intervals + pair), streamed);
          panel = next;
        }
      }
      for (let pair = first; pair < last; pair++) {
        recombine(sums + (<usize>(pair - first) << 7), columnY + (<usize>pair << 4));
      }
    }
  }
}

/** Zeros, without the call that memory.fill is in engines. */
// @ts-ignore: decorator
@inline function clear(at: usize, bytes: usize): void {
  for (const end = at + bytes; at < end; at += 16) v128.store(at, i64x2.splat(0));
}

/** Rows of the two planes to rows of W = plane0·2^shift + plane1: y is batch × 2 planes × rows, the sum in plane 0. */
export function joinPlanes(y: usize, rows: i32, batch: i32, shift: i32): void {
  const bytes = <usize>rows << 3;
  for (; batch > 0; batch--, y += bytes << 1) {
    for (let i: usize = 0; i < bytes; i += 8) {
      const high = load<u64>(y + i);
      const shifted = ((high << shift) & P) | (high >> (61 - shift));
      store<u64>(y + i, reduce(shifted + load<u64>(y + bytes + i)));
    }
  }
}
