// Polynomials drawn from TurboSHAKE128(message, 1). No branch and no address depends on a secret value.
import { RATE, absorb, permute } from './keccak';

const DOMAIN: u8 = 1;
const state = memory.data(200, 16);

/**
 * n uniform residues: 32-bit little-endian words masked to the bit length of p; those that are not below p are passed
 * over. What is passed over is public or independent of what is kept.
 */
export function sampleUniform(r: usize, n: i32, p: u32, message: usize, length: usize): void {
  const mask = (<u32>-1) >> clz(p);
  const vmask = i32x4.splat(mask), vp = i32x4.splat(p);
  const end = r + ((<usize>n) << 2);
  absorb(state, message, length, DOMAIN);
  while (r < end) {
    permute(state);
    for (let i: usize = 0; i < RATE && r < end; ) {
      const v = v128.and(v128.load(state + i), vmask);
      if (i + 16 <= RATE && r + 16 <= end && i32x4.all_true(i32x4.lt_u(v, vp))) {
        v128.store(r, v);
        r += 16;
        i += 16;
      } else {
        const word = load<u32>(state + i) & mask;
        i += 4;
        if (word < p) {
          store<u32>(r, word);
          r += 4;
        }
      }
    }
  }
}

/**
 * n signed integers of `bits` ≤ 31 bits: a little-endian word & (2^bits − 1), minus 2^(bits−1). The words have 16 bits where
 * that is enough, else 32.
 */
export function sampleSigned(r: usize, n: i32, bits: u32, message: usize, length: usize): void {
  const mask: u32 = (1 << bits) - 1, offset: u32 = 1 << (bits - 1);
  const end = r + ((<usize>n) << 2);
  absorb(state, message, length, DOMAIN);
  while (r < end) {
    permute(state);
    if (bits <= 16) {
      for (let i: usize = 0; i < RATE && r < end; i += 2, r += 4) store<u32>(r, (load<u16>(state + i) & mask) - offset);
    } else {
      for (let i: usize = 0; i < RATE && r < end; i += 4, r += 4) store<u32>(r, (load<u32>(state + i) & mask) - offset);
    }
  }
}

/** n centred binomials of parameter 21 (variance 10.5): ones among 21 bits minus ones among 21 others, per 64-bit word. */
export function sampleBinomial(r: usize, n: i32, message: usize, length: usize): void {
  const end = r + ((<usize>n) << 2);
  absorb(state, message, length, DOMAIN);
  while (r < end) {
    permute(state);
    for (let i: usize = 0; i < RATE && r < end; i += 8, r += 4) {
      const word = load<u64>(state + i);
      store<i32>(r, <i32>popcnt(word & 0x1fffff) - <i32>popcnt(word & 0x1fffff00000000));
    }
  }
}

/** n words in {−1, 0, 1}: floor(3·u / 2^64) − 1 for 64-bit u, within 2^-63 of uniform. */
export function sampleTernary(r: usize, n: i32, message: usize, length: usize): void {
  const end = r + ((<usize>n) << 2);
  absorb(state, message, length, DOMAIN);
  while (r < end) {
    permute(state);
    for (let i: usize = 0; i < RATE && r < end; i += 8, r += 4) {
      const word = load<u64>(state + i);
      store<i32>(r, <i32>((((word & 0xffffffff) * 3 >> 32) + (word >> 32) * 3) >> 32) - 1);
    }
  }
}

/** `size` bytes of TurboSHAKE128(message, domain). */
export function turboShake128(out: usize, size: usize, message: usize, length: usize, domain: u32): void {
  absorb(state, message, length, <u8>domain);
  for (let take = RATE; size > 0; size -= take, out += take) {
    permute(state);
    take = min(RATE, size);
    memory.copy(out, state, take);
  }
}

/** Forget the last sponge state. */
export function wipeState(): void {
  memory.fill(state, 0, 200);
}
