// Residues of `bits` bits, packed little-endian without gaps: element i occupies bits [i·bits, (i+1)·bits).

/** Writes ceil(n·bits / 8) bytes, the last one padded with zero bits. Every word must be below 2^bits. */
export function pack(out: usize, a: usize, n: i32, bits: u32): void {
  let buffer: u64 = 0;
  let held: u32 = 0;
  for (const end = a + ((<usize>n) << 2); a < end; a += 4) {
    buffer |= (<u64>load<u32>(a)) << (<u64>held);
    held += bits;
    if (held >= 32) {
      store<u32>(out, <u32>buffer);
      out += 4;
      buffer >>= 32;
      held -= 32;
    }
  }
  for (; <i32>held > 0; held -= 8, buffer >>= 8) store<u8>(out++, <u8>buffer);
}

/** Reads up to 8 bytes past the last packed one, which must be memory, and ignores what they hold. */
export function unpack(a: usize, packed: usize, n: i32, bits: u32): void {
  const mask = <u32>((<u64>1 << <u64>bits) - 1);
  for (let i = 0, at: u64 = 0; i < n; i++, at += bits) {
    store<u32>(a + ((<usize>i) << 2), <u32>(load<u64>(packed + <usize>(at >> 3)) >> (at & 7)) & mask);
  }
}

/** r = round(a / 2^drop), halves up. n: a multiple of 4. */
export function dropBits(r: usize, a: usize, n: i32, drop: i32): void {
  const half = i32x4.splat((1 << drop) >> 1);
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16) {
    v128.store(r, i32x4.shr_u(i32x4.add(v128.load(a), half), drop));
  }
}

/** r = a·2^drop mod p for a from `dropBits` of canonical residues. */
export function restoreBits(r: usize, a: usize, n: i32, drop: i32, p: u32): void {
  const vp = i32x4.splat(p);
  for (const end = r + ((<usize>n) << 2); r < end; r += 16, a += 16) {
    const x = i32x4.shl(v128.load(a), drop);
    v128.store(r, i32x4.min_u(x, i32x4.sub(x, vp)));
  }
}
