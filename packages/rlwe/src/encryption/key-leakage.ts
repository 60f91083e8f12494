import { MASK_BITS, floodBits, maskNoise } from '../ring/noise.ts';
import { MAX_MODULUS_BITS, modulusBits } from '../ring/parameters.ts';
import type { RingParameters } from '../ring/parameters.ts';

/** Standard deviation that the security table is made for. */
const TABLE_DEVIATION = 3.2;

/**
 * Most outputs one re-randomised reply may carry, so that even a client with a malformed public key cannot lift the mask.
 *
 * p0 reaches the reply only as u·p0 in the outputs' coefficients, under the flood: log2(q) − g − 1 bits each, however p0
 * was chosen. Counted as coordinates of u given away whole (MASK_BITS each), they must leave as many as the table asks
 * for at this modulus, where the mask's error is wider than the table's by log2(σ_mask / 3.2) bits.
 * Derivation: docs/rlwe.md, "A dishonest key".
 */
export function maxPrivateOutputs({ degree, moduli }: RingParameters): number {
  const bits = modulusBits(moduli);
  const wider = Math.log2(2 ** MASK_BITS / Math.sqrt(12) / TABLE_DEVIATION);
  const needed = (degree * (bits - wider)) / MAX_MODULUS_BITS[degree]!;
  const spareBits = (degree - needed) * MASK_BITS;
  const bitsPerOutput = bits - floodBits(maskNoise(degree), 1) - 1;
  return Math.max(1, Math.floor(spareBits / bitsPerOutput));
}
