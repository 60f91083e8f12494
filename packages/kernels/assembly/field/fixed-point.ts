// Reals to residues and back.

import { P } from './residue';

/** 1.5·2^52: added to a double below 2^51, it leaves the nearest integer (ties to even) in the low bits. */
const MAGIC: f64 = 6755399441055744.0;

/** 2^51: below it `MAGIC` is exact. */
const SMALL: f64 = 2251799813685248.0;

/** 2^60: below it both signs have room in [0, p). */
const LIMIT: f64 = 1152921504606846976.0;

/**
 * out = round-half-even(x·scale) mod p, for an x padded with zero to an even length; the two must not overlap.
 * False if an element is not finite or |x·scale| ≥ 2^60; `out` is then void.
 */
export function encodeFixed(x: usize, out: usize, length: i32, scale: f64): bool {
  const bytes = <usize>length << 3;
  const scales = f64x2.splat(scale), magic = f64x2.splat(MAGIC), limit = f64x2.splat(SMALL);
  let small = i64x2.splat(-1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const scaled = f64x2.mul(v128.load(x + i), scales);
    small = v128.and(small, f64x2.lt(f64x2.abs(scaled), limit));
    const rounded = i64x2.sub(f64x2.add(scaled, magic), magic);
    const negative = i64x2.gt_s(i64x2.splat(0), rounded);
    v128.store(out + i, i64x2.add(rounded, v128.and(i64x2.splat(P), negative)));
  }
  return i64x2.all_true(small) || encodeLarge(x, out, bytes, scale);
}

/** The same for every magnitude that fits, one by one. */
function encodeLarge(x: usize, out: usize, bytes: usize, scale: f64): bool {
  for (let i: usize = 0; i < bytes; i += 8) {
    const scaled = load<f64>(x + i) * scale;
    if (!(abs(scaled) < LIMIT)) return false;
    const rounded = <i64>nearest(scaled);
    store<u64>(out + i, rounded < 0 ? rounded + P : rounded);
  }
  return true;
}

/** out[i] = centre(y[i])·scales[i mod columns]. */
export function decodeFixed(y: usize, scales: usize, out: usize, length: i32, columns: i32): void {
  const end = y + (<usize>length << 3);
  while (y < end) {
    let scale = scales;
    for (const rowEnd = y + (<usize>columns << 3); y < rowEnd; y += 8, scale += 8, out += 8) {
      const value = load<u64>(y);
      const centred = value > P >> 1 ? <i64>(value - P) : <i64>value;
      store<f64>(out, <f64>centred * load<f64>(scale));
    }
  }
}
