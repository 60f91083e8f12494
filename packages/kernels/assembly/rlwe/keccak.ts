// Keccak-p[1600, 12] and the TurboSHAKE128 sponge (RFC 9861): rate 168 bytes, capacity 256 bits.

/** Bytes that one permutation yields. */
export const RATE: usize = 168;

const ROUND_CONSTANTS = memory.data<u64>([
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
  0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

/** The last twelve rounds of Keccak-f[1600], on 25 little-endian lanes at `s`. */
export function permute(s: usize): void {
  let a00 = load<u64>(s, 0), a01 = load<u64>(s, 8), a02 = load<u64>(s, 16), a03 = load<u64>(s, 24), a04 = load<u64>(s, 32);
  let a05 = load<u64>(s, 40), a06 = load<u64>(s, 48), a07 = load<u64>(s, 56), a08 = load<u64>(s, 64), a09 = load<u64>(s, 72);
  let a10 = load<u64>(s, 80), a11 = load<u64>(s, 88), a12 = load<u64>(s, 96), a13 = load<u64>(s, 104), a14 = load<u64>(s, 112);
  let a15 = load<u64>(s, 120), a16 = load<u64>(s, 128), a17 = load<u64>(s, 136), a18 = load<u64>(s, 144), a19 = load<u64>(s, 152);
  let a20 = load<u64>(s, 160), a21 = load<u64>(s, 168), a22 = load<u64>(s, 176), a23 = load<u64>(s, 184), a24 = load<u64>(s, 192);
  for (let round: usize = 0; round < 96; round += 8) {
    // theta
    const c0 = a00 ^ a05 ^ a10 ^ a15 ^ a20, c1 = a01 ^ a06 ^ a11 ^ a16 ^ a21, c2 = a02 ^ a07 ^ a12 ^ a17 ^ a22;
    const c3 = a03 ^ a08 ^ a13 ^ a18 ^ a23, c4 = a04 ^ a09 ^ a14 ^ a19 ^ a24;
    const d0 = c4 ^ rotl(c1, 1), d1 = c0 ^ rotl(c2, 1), d2 = c1 ^ rotl(c3, 1), d3 = c2 ^ rotl(c4, 1), d4 = c3 ^ rotl(c0, 1);
    // rho and pi, then chi, one plane after the other
    const b00 = a00 ^ d0, b01 = rotl(a06 ^ d1, 44), b02 = rotl(a12 ^ d2, 43), b03 = rotl(a18 ^ d3, 21), b04 = rotl(a24 ^ d4, 14);
    const b05 = rotl(a03 ^ d3, 28), b06 = rotl(a09 ^ d4, 20), b07 = rotl(a10 ^ d0, 3), b08 = rotl(a16 ^ d1, 45), b09 = rotl(a22 ^ d2, 61);
    const b10 = rotl(a01 ^ d1, 1), b11 = rotl(a07 ^ d2, 6), b12 = rotl(a13 ^ d3, 25), b13 = rotl(a19 ^ d4, 8), b14 = rotl(a20 ^ d0, 18);
    const b15 = rotl(a04 ^ d4, 27), b16 = rotl(a05 ^ d0, 36), b17 = rotl(a11 ^ d1, 10), b18 = rotl(a17 ^ d2, 15), b19 = rotl(a23 ^ d3, 56);
    const b20 = rotl(a02 ^ d2, 62), b21 = rotl(a08 ^ d3, 55), b22 = rotl(a14 ^ d4, 39), b23 = rotl(a15 ^ d0, 41), b24 = rotl(a21 ^ d1, 2);
    a00 = b00 ^ (~b01 & b02) ^ load<u64>(ROUND_CONSTANTS + round);
    a01 = b01 ^ (~b02 & b03); a02 = b02 ^ (~b03 & b04); a03 = b03 ^ (~b04 & b00); a04 = b04 ^ (~b00 & b01);
    a05 = b05 ^ (~b06 & b07); a06 = b06 ^ (~b07 & b08); a07 = b07 ^ (~b08 & b09); a08 = b08 ^ (~b09 & b05); a09 = b09 ^ (~b05 & b06);
    a10 = b10 ^ (~b11 & b12); a11 = b11 ^ (~b12 & b13); a12 = b12 ^ (~b13 & b14); a13 = b13 ^ (~b14 & b10); a14 = b14 ^ (~b10 & b11);
    a15 = b15 ^ (~b16 & b17); a16 = b16 ^ (~b17 & b18); a17 = b17 ^ (~b18 & b19); a18 = b18 ^ (~b19 & b15); a19 = b19 ^ (~b15 & b16);
    a20 = b20 ^ (~b21 & b22); a21 = b21 ^ (~b22 & b23); a22 = b22 ^ (~b23 & b24); a23 = b23 ^ (~b24 & b20); a24 = b24 ^ (~b20 & b21);
  }
  store<u64>(s, a00, 0); store<u64>(s, a01, 8); store<u64>(s, a02, 16); store<u64>(s, a03, 24); store<u64>(s, a04, 32);
  store<u64>(s, a05, 40); store<u64>(s, a06, 48); store<u64>(s, a07, 56); store<u64>(s, a08, 64); store<u64>(s, a09, 72);
  store<u64>(s, a10, 80); store<u64>(s, a11, 88); store<u64>(s, a12, 96); store<u64>(s, a13, 104); store<u64>(s, a14, 112);
  store<u64>(s, a15, 120); store<u64>(s, a16, 128); store<u64>(s, a17, 136); store<u64>(s, a18, 144); store<u64>(s, a19, 152);
  store<u64>(s, a20, 160); store<u64>(s, a21, 168); store<u64>(s, a22, 176); store<u64>(s, a23, 184); store<u64>(s, a24, 192);
}

/** Absorbs `length` bytes into the 200-byte state at `s`; the next `permute` yields the first block of output. */
export function absorb(s: usize, message: usize, length: usize, domain: u8): void {
  memory.fill(s, 0, 200);
  for (; length >= RATE; length -= RATE, message += RATE) {
    for (let i: usize = 0; i < RATE; i += 8) store<u64>(s + i, load<u64>(s + i) ^ load<u64>(message + i));
    permute(s);
  }
  for (let i: usize = 0; i < length; i++) store<u8>(s + i, load<u8>(s + i) ^ load<u8>(message + i));
  store<u8>(s + length, load<u8>(s + length) ^ domain);
  store<u8>(s + RATE - 1, load<u8>(s + RATE - 1) ^ 0x80);
}
