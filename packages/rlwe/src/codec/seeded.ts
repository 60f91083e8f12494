import type { Address } from '@sharemesh/kernels/rlwe';
import { MeshError, requireInteger } from '@sharemesh/wire/errors';
import { residueBits } from '../ring/parameters.ts';
import type { RingParameters } from '../ring/parameters.ts';
import { SEED_BYTES } from '../ring/randomness.ts';
import type { Ring } from '../ring/ring.ts';
import { HEADER_BYTES, checkHeader, writeHeader } from './header.ts';
import type { Kind } from './header.ts';

/** Bytes of a ciphertext or public key whose uniform half is a seed: header ‖ seed ‖ packed residues, prime by prime. */
export const seededBytes = ({ degree, moduli }: RingParameters): number =>
  moduli.reduce((sum, p) => sum + (degree * residueBits(p)) / 8, HEADER_BYTES + SEED_BYTES);

/**
 * @param c0 an element in the NTT domain
 * @throws MeshError INVALID_INPUT for a seed or a binding of another length
 */
export function encodeSeeded(
  ring: Ring,
  kind: Kind,
  binding: Uint8Array,
  seed: Uint8Array,
  c0: Address,
): Uint8Array {
  const { kernels, degree } = ring;
  requireInteger('the length of a seed', seed.length, SEED_BYTES, SEED_BYTES);
  const bytes = new Uint8Array(seededBytes(ring.parameters));
  writeHeader(bytes, kind, binding);
  bytes.set(seed, HEADER_BYTES);
  ring.scratch(() => {
    const packed = kernels.allocate(degree);
    let at = HEADER_BYTES + SEED_BYTES;
    ring.limbs.forEach(({ bits }, k) => {
      const size = (degree * bits) / 8;
      kernels.pack(packed, ring.limb(c0, k), degree, bits);
      bytes.set(kernels.bytes(packed, size), at);
      at += size;
    });
  });
  return bytes;
}

/**
 * Unpack c0 to `limbAddress(k)`, all residues checked to be canonical.
 * @returns the seed, a view of `bytes`
 * @throws MeshError as `checkHeader`, or NON_CANONICAL_ELEMENT
 */
export function decodeSeeded(
  ring: Ring,
  kind: Kind,
  binding: Uint8Array,
  bytes: Uint8Array,
  limbAddress: (k: number) => Address,
): Uint8Array {
  const { kernels, degree } = ring;
  checkHeader(bytes, seededBytes(ring.parameters), kind, binding);
  ring.scratch(() => {
    const packed = kernels.allocate(degree + 2);
    let at = HEADER_BYTES + SEED_BYTES;
    ring.limbs.forEach(({ p, bits }, k) => {
      const size = (degree * bits) / 8;
      kernels.bytes(packed, size).set(bytes.subarray(at, at + size));
      at += size;
      kernels.unpack(limbAddress(k), packed, degree, bits);
      if (!kernels.isBelow(limbAddress(k), degree, p)) {
        throw new MeshError('NON_CANONICAL_ELEMENT', 'a residue is not below its modulus');
      }
    });
  });
  return bytes.subarray(HEADER_BYTES, HEADER_BYTES + SEED_BYTES);
}
