// TurboSHAKE128 (RFC 9861): the Keccak sponge of rate 168 with twelve rounds.

import { P } from './residue';

const RATE: usize = 168;
const STATE: usize = 200;

/** The last twelve round constants of Keccak-f[1600]. */
const roundConstants = memory.data<u64>([
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002,
  0x8000000000000080, 0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080,
  0x0000000080000001, 0x8000000080008008,
]);

/** out = TurboSHAKE128(message, domain). `state` is 200 bytes of scratch. */
export function turboShake128(
  state: usize, message: usize, messageLength: i32, domain: i32, out: usize, length: i32,
): void {
  absorb(state, message, messageLength, domain);
  let left = <usize>length;
  while (left > 0) {
    permute(state);
    const taken = min(left, RATE);
    memory.copy(out, state, taken);
    out += taken;
    left -= taken;
  }
}

/** out = `length` uniform residues from TurboSHAKE128(message, 1). */
export function expandField(state: usize, message: usize, messageLength: i32, out: usize, length: i32): void {
  absorb(state, message, messageLength, 1);
  let filled = 0;
  while (filled < length) {
    permute(state);
    filled = acceptWords(state, <i32>(RATE >> 3), out, filled, length);
  }
}

/** Mask words to 61 bits and append those that are not p to `out`, up to `length`. Returns how much is then filled. */
export function acceptWords(words: usize, count: i32, out: usize, filled: i32, length: i32): i32 {
  for (const end = words + (<usize>count << 3); words < end && filled < length; words += 8) {
    const candidate = load<u64>(words) & P;
    store<u64>(out + (<usize>filled << 3), candidate);
    filled += i32(candidate != P);
  }
  return filled;
}

/** Take in message ‖ domain and the padding; the permutation of the last block is left to the first squeeze. */
function absorb(state: usize, message: usize, length: i32, domain: i32): void {
  memory.fill(state, 0, STATE);
  let left = <usize>length;
  for (; left >= RATE; left -= RATE, message += RATE) {
    for (let i: usize = 0; i < RATE; i += 8) {
      store<u64>(state + i, load<u64>(state + i) ^ load<u64>(message + i));
    }
    permute(state);
  }
  for (let i: usize = 0; i < left; i++) xorByte(state + i, load<u8>(message + i));
  xorByte(state + left, <u8>domain);
  xorByte(state + RATE - 1, 0x80);
}

// @ts-ignore: decorator
@inline function xorByte(at: usize, byte: u8): void {
  store<u8>(at, load<u8>(at) ^ byte);
}

/** Keccak-p[1600, 12]: lane (x, y) of FIPS 202 is `a` with number x + 5y. */
function permute(state: usize): void {
  let a0 = load<u64>(state), a1 = load<u64>(state, 8), a2 = load<u64>(state, 16), a3 = load<u64>(state, 24);
  let a4 = load<u64>(state, 32), a5 = load<u64>(state, 40), a6 = load<u64>(state, 48), a7 = load<u64>(state, 56);
  let a8 = load<u64>(state, 64), a9 = load<u64>(state, 72), a10 = load<u64>(state, 80), a11 = load<u64>(state, 88);
  let a12 = load<u64>(state, 96), a13 = load<u64>(state, 104), a14 = load<u64>(state, 112);
  let a15 = load<u64>(state, 120), a16 = load<u64>(state, 128), a17 = load<u64>(state, 136);
  let a18 = load<u64>(state, 144), a19 = load<u64>(state, 152), a20 = load<u64>(state, 160);
  let a21 = load<u64>(state, 168), a22 = load<u64>(state, 176), a23 = load<u64>(state, 184);
  let a24 = load<u64>(state, 192);

  for (let round: usize = 0; round < 12 << 3; round += 8) {
    // θ: add to each lane the parities of the columns beside it.
    const c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
    const c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
    const c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
    const c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
    const c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
    const d0 = c4 ^ rotl(c1, 1), d1 = c0 ^ rotl(c2, 1), d2 = c1 ^ rotl(c3, 1);
    const d3 = c2 ^ rotl(c4, 1), d4 = c3 ^ rotl(c0, 1);
    // ρ and π: rotate each lane and move it; then χ row by row, and ι on lane 0.
    let b0 = a0 ^ d0, b1 = rotl(a6 ^ d1, 44), b2 = rotl(a12 ^ d2, 43), b3 = rotl(a18 ^ d3, 21), b4 = rotl(a24 ^ d4, 14);
    const e0 = b0 ^ (~b1 & b2) ^ load<u64>(roundConstants + round), e1 = b1 ^ (~b2 & b3);
    const e2 = b2 ^ (~b3 & b4), e3 = b3 ^ (~b4 & b0), e4 = b4 ^ (~b0 & b1);
    b0 = rotl(a3 ^ d3, 28), b1 = rotl(a9 ^ d4, 20), b2 = rotl(a10 ^ d0, 3), b3 = rotl(a16 ^ d1, 45), b4 = rotl(a22 ^ d2, 61);
    const e5 = b0 ^ (~b1 & b2), e6 = b1 ^ (~b2 & b3), e7 = b2 ^ (~b3 & b4), e8 = b3 ^ (~b4 & b0), e9 = b4 ^ (~b0 & b1);
    b0 = rotl(a1 ^ d1, 1), b1 = rotl(a7 ^ d2, 6), b2 = rotl(a13 ^ d3, 25), b3 = rotl(a19 ^ d4, 8), b4 = rotl(a20 ^ d0, 18);
    const e10 = b0 ^ (~b1 & b2), e11 = b1 ^ (~b2 & b3), e12 = b2 ^ (~b3 & b4), e13 = b3 ^ (~b4 & b0), e14 = b4 ^ (~b0 & b1);
    b0 = rotl(a4 ^ d4, 27), b1 = rotl(a5 ^ d0, 36), b2 = rotl(a11 ^ d1, 10), b3 = rotl(a17 ^ d2, 15), b4 = rotl(a23 ^ d3, 56);
    const e15 = b0 ^ (~b1 & b2), e16 = b1 ^ (~b2 & b3), e17 = b2 ^ (~b3 & b4), e18 = b3 ^ (~b4 & b0), e19 = b4 ^ (~b0 & b1);
    b0 = rotl(a2 ^ d2, 62), b1 = rotl(a8 ^ d3, 55), b2 = rotl(a14 ^ d4, 39), b3 = rotl(a15 ^ d0, 41), b4 = rotl(a21 ^ d1, 2);
    a20 = b0 ^ (~b1 & b2), a21 = b1 ^ (~b2 & b3), a22 = b2 ^ (~b3 & b4), a23 = b3 ^ (~b4 & b0), a24 = b4 ^ (~b0 & b1);
    a0 = e0, a1 = e1, a2 = e2, a3 = e3, a4 = e4, a5 = e5, a6 = e6, a7 = e7, a8 = e8, a9 = e9;
    a10 = e10, a11 = e11, a12 = e12, a13 = e13, a14 = e14, a15 = e15, a16 = e16, a17 = e17, a18 = e18, a19 = e19;
  }

  store<u64>(state, a0), store<u64>(state, a1, 8), store<u64>(state, a2, 16), store<u64>(state, a3, 24);
  store<u64>(state, a4, 32), store<u64>(state, a5, 40), store<u64>(state, a6, 48), store<u64>(state, a7, 56);
  store<u64>(state, a8, 64), store<u64>(state, a9, 72), store<u64>(state, a10, 80), store<u64>(state, a11, 88);
  store<u64>(state, a12, 96), store<u64>(state, a13, 104), store<u64>(state, a14, 112), store<u64>(state, a15, 120);
  store<u64>(state, a16, 128), store<u64>(state, a17, 136), store<u64>(state, a18, 144), store<u64>(state, a19, 152);
  store<u64>(state, a20, 160), store<u64>(state, a21, 168), store<u64>(state, a22, 176), store<u64>(state, a23, 184);
  store<u64>(state, a24, 192);
}
