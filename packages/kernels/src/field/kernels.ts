/**
 * A vector over F_p, p = 2^61 − 1: canonical residues in [0, p). On little-endian machines (all that run JavaScript
 * today) its bytes are the wire's bytes.
 */
export type FieldVector = BigUint64Array;

/** p = 2^61 − 1, a Mersenne prime. */
export const P = (1n << 61n) - 1n;

/**
 * A public integer matrix laid out for the kernels, from one or two int16 planes.
 * One plane: W = plane0. Two planes: W = plane0·2^14 + plane1, with plane1 balanced in [−8192, 8191].
 */
export interface PackedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly planes: 1 | 2;
  /** Bytes the packed form holds. */
  readonly byteLength: number;
}

/**
 * The arithmetic on vectors over F_p: all that sharing an input takes. Two implementations agree bit for bit:
 * WebAssembly SIMD and plain TypeScript. Inputs are trusted to be canonical; callers check what a peer sent with
 * `isCanonical` first. Every result is a fresh vector that the caller owns.
 */
export interface VectorKernels {
  readonly implementation: 'wasm' | 'plain';

  /** round-half-even(x·2^fractionBits) mod p. Needs finite x with |x·2^fractionBits| < 2^60. */
  encodeFixed(x: Float64Array, fractionBits: number): FieldVector;

  /**
   * Centred residues as reals: out[b·n + i] = centre(y[b·n + i]) · scales[i], for `y.length / n` rows of
   * n = scales.length. Rounds once per element beyond 2^53.
   */
  decodeFixed(y: FieldVector, scales: Float64Array): Float64Array;

  /** TurboSHAKE128 (RFC 9861) of `message` with domain byte `domain` (1…127). */
  turboShake128(message: Uint8Array, domain: number, length: number): Uint8Array;

  /** `length` uniform elements: TurboSHAKE128(message, 1), 8-byte little-endian words masked to 61 bits, p rejected. */
  expandField(message: Uint8Array, length: number): FieldVector;

  /** a + b mod p, element by element. */
  add(a: FieldVector, b: FieldVector): FieldVector;

  /** a − b mod p, element by element. */
  subtract(a: FieldVector, b: FieldVector): FieldVector;

  /** Σ coefficients[k]·vectors[k] mod p: Lagrange interpolation and the evaluation of Shamir polynomials. */
  combine(coefficients: FieldVector, vectors: readonly FieldVector[]): FieldVector;

  /** Σ a[i]·b[i] mod p. */
  dot(a: FieldVector, b: FieldVector): bigint;

  /** Is every element below p? */
  isCanonical(v: FieldVector): boolean;
}

/** The same with products by public integer matrices: what a party computes, and what checks are made of. */
export interface FieldKernels extends VectorKernels {
  /** Lay out row-major int16 planes (rows × columns, none equal to −32768) for `matmul`. */
  packMatrix(planes: readonly Int16Array[], rows: number, columns: number): PackedMatrix;

  /** Y = X·Wᵀ mod p: x is batch × columns, the result batch × rows, both row-major. */
  matmul(matrix: PackedMatrix, x: FieldVector, batch: number): FieldVector;

  /** The same into `y`, batch × rows. `x` and `y` may lie in a SharedArrayBuffer; they must not overlap. */
  matmulInto(y: FieldVector, matrix: PackedMatrix, x: FieldVector, batch: number): void;

  /** Free a packed matrix, on the thread that packed it; it must not be used again. */
  releaseMatrix(matrix: PackedMatrix): void;

  /** rᵀ·W mod p from the unpacked planes: r has `rows` elements, the result `columns`. */
  leftMultiply(r: FieldVector, planes: readonly Int16Array[], rows: number, columns: number): FieldVector;
}
