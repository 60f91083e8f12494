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

/** The plane whose little-endian bytes these are: a view of them where host and address allow. */
export function planeFromBytes(bytes: Uint8Array): Int16Array {
  const { buffer, byteOffset, length } = bytes;
  if (littleEndianHost && byteOffset % 2 === 0) return new Int16Array(buffer, byteOffset, length / 2);
  const view = new DataView(buffer, byteOffset, length);
  return Int16Array.from({ length: length / 2 }, (_, k) => view.getInt16(2 * k, true));
}

/** SHA-256 of a layer's planes: little-endian int16, plane by plane, row-major. */
export function weightsDigest(planes: readonly Int16Array[]): string {
  const hash = sha256.create();
  for (const plane of planes) hash.update(planeBytes(plane));
  return `sha256:${bytesToHex(hash.digest())}`;
}
