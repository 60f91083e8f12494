/** One allocation for many short bodies. */
const SLAB_BYTES = 262_144;
const LONGEST_IN_SLAB = 16_384;

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let used = 0;

/**
 * Memory for a body of `length` bytes whose byte `alignAt` lies at a multiple of 8.
 *
 * Short bodies share slabs: an ArrayBuffer for each would cost the garbage collector more than the copy costs.
 */
export function takeMemory(length: number, alignAt: number): Buffer<ArrayBuffer> {
  if (length > LONGEST_IN_SLAB) {
    const start = -alignAt & 7;
    return Buffer.allocUnsafeSlow(length + 8).subarray(start, start + length);
  }
  if (used + 8 + length > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  const start = used + (-(used + alignAt) & 7);
  used = start + length;
  return slab.subarray(start, used);
}
