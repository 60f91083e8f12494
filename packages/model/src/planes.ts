import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const littleEndianHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bytes of a plane in the bundle's order, little-endian int16: a view of the plane where the host allows. */
export function planeBytes(plane: Int16Array): Uint8Array {
  if (littleEndianHost) return new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength);
  const view = new DataView(new ArrayBuffer(plane.byteLength));
  plane.forEach((value, k) => view.setInt16(2 * k, value, true));
  return new Uint8Array(view.buffer);
}

/** The plane whose little-endian bytes these are; a fresh copy. */
export function planeFromBytes(bytes: Uint8Array): Int16Array {
  const copy = bytes.slice();
  if (littleEndianHost) return new Int16Array(copy.buffer);
  const view = new DataView(copy.buffer);
  return Int16Array.from({ length: copy.length / 2 }, (_, k) => view.getInt16(2 * k, true));
}

/** SHA-256 of a layer's planes: little-endian int16, plane by plane, row-major. */
export function weightsDigest(planes: readonly Int16Array[]): string {
  const hash = sha256.create();
  for (const plane of planes) hash.update(planeBytes(plane));
  return `sha256:${bytesToHex(hash.digest())}`;
}
