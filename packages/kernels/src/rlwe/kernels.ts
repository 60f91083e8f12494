/** A byte address in the kernels' memory, a multiple of 64 where it comes from `allocate`. */
export type Address = number;

/**
 * Arithmetic on polynomials over Z_p, p a prime below 2^30, on one linear memory. Two implementations agree bit for bit:
 * WebAssembly SIMD and plain TypeScript.
 *
 * A polynomial is a run of n 32-bit words at an address. Residues are canonical, in [0, p), unless said otherwise; n is a
 * multiple of 8 (16 at least for the transforms), and a result may lie where an operand does. Addresses and lengths are
 * the caller's to get right: peers' bytes are checked before they come here.
 */
export interface RlweKernels {
  readonly implementation: 'wasm' | 'plain';

  /** `words` zero words. They live until a `release` to a mark set before. */
  allocate(words: number): Address;
  /** The present top of the memory. */
  mark(): Address;
  /** Give back, wiped, all that was allocated since the mark. */
  release(mark: Address): void;
  /** A view of `length` words, valid until the next `allocate`. */
  words(address: Address, length: number): Uint32Array;
  /** The same memory as bytes. */
  bytes(address: Address, length: number): Uint8Array;

  /** Negacyclic NTT in place, natural to bit-reversed order; accepts [0, 4p). `tables`: see `writeNttTables`. */
  ntt(a: Address, tables: Address, n: number, p: number): void;
  /** Its inverse, n^-1 included; accepts [0, 2p). */
  intt(a: Address, tables: Address, n: number, p: number): void;

  /** r = a + b. */
  add(r: Address, a: Address, b: Address, n: number, p: number): void;
  /** r = a − b. */
  subtract(r: Address, a: Address, b: Address, n: number, p: number): void;
  /** r = a·b, point by point. */
  multiply(r: Address, a: Address, b: Address, n: number, p: number): void;
  /** r = a·b + c. */
  multiplyAdd(r: Address, a: Address, b: Address, c: Address, n: number, p: number): void;
  /** r = c − a·b. */
  multiplySubtract(r: Address, a: Address, b: Address, c: Address, n: number, p: number): void;
  /**
   * r0 = Σ a_k·w_k and r1 = Σ b_k·w_k, k = 0 … terms − 1, where a_k lies at a + k·strideA, b_k at b + k·strideA and w_k at
   * w + k·strideW (bytes). The results must not overlap the operands.
   */
  dotPair(
    r0: Address,
    r1: Address,
    a: Address,
    b: Address,
    strideA: number,
    w: Address,
    strideW: number,
    terms: number,
    n: number,
    p: number,
  ): void;
  /** r = Σ_k digits_k·constants[k] mod p: `digits` holds one run of n signed words (|d| < 2^31) per constant. */
  combineDigits(r: Address, digits: Address, constants: readonly number[], n: number, p: number): void;
  /** round(x / q) mod p for the x with residues a mod p and b mod q; inverse = q^-1 mod p. */
  dropPrime(r: Address, a: Address, b: Address, n: number, p: number, q: number, inverse: number): void;
  /** Are all words below p? */
  isBelow(a: Address, n: number, p: number): boolean;

  /** Pack words below 2^bits (bits ≤ 32), little-endian and without gaps, into ceil(n·bits / 8) bytes. Any n. */
  pack(out: Address, a: Address, n: number, bits: number): void;
  /** The inverse of `pack`. Any n; 8 bytes behind the packed ones must be allocated. */
  unpack(a: Address, packed: Address, n: number, bits: number): void;
  /** r = round(a / 2^drop), halves up: at most (p − 1)/2^drop + 1. */
  dropBits(r: Address, a: Address, n: number, drop: number): void;
  /** r = a·2^drop mod p for a from `dropBits`. */
  restoreBits(r: Address, a: Address, n: number, drop: number, p: number): void;

  /** Uniform residues from TurboSHAKE128(message, 1): words masked to p's bit length, those not below p passed over. */
  sampleUniform(r: Address, n: number, p: number, message: Uint8Array): void;
  /**
   * Signed words (word & (2^bits − 1)) − 2^(bits − 1), uniform on [−2^(bits−1), 2^(bits−1)), from words of the stream of 16
   * bits for bits ≤ 16, of 32 for bits ≤ 31.
   */
  sampleSigned(r: Address, n: number, bits: number, message: Uint8Array): void;
  /** Signed words from the centred binomial distribution of parameter 21: |e| ≤ 21, variance 10.5. */
  sampleBinomial(r: Address, n: number, message: Uint8Array): void;
  /** Signed words in {−1, 0, 1}, each within 2^-63 of uniform. */
  sampleTernary(r: Address, n: number, message: Uint8Array): void;
  /** TurboSHAKE128 (RFC 9861) of `message` with domain byte `domain` (1…127). */
  turboShake128(message: Uint8Array, domain: number, length: number): Uint8Array;
}

/** Longest message the samplers take. */
export const MAX_MESSAGE_BYTES = 1024;
