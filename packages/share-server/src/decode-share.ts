import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import { Refusal } from '@sharemesh/serving';
import { SEED_BYTES, packedByteLength, unpackField } from '@sharemesh/shares';
import type { TensorData } from '@sharemesh/wire';

/** A share as it came: its elements, or the seed they are to be expanded from. */
export type DecodedShare =
  { readonly kind: 'vector'; readonly x: FieldVector } | { readonly kind: 'seed'; readonly seed: Uint8Array };

/**
 * The share of a batch, `length` = batch × input size elements, checked to be exactly that long and canonical.
 * @throws Refusal DIMENSION_MISMATCH, NON_CANONICAL_ELEMENT, INVALID_PAYLOAD
 */
export function decodeShare(
  kernels: FieldKernels,
  { encoding, data }: TensorData,
  length: number,
): DecodedShare {
  switch (encoding) {
    case 'seed':
      if (data.length !== SEED_BYTES) throw new Refusal('INVALID_PAYLOAD', `a seed has ${SEED_BYTES} bytes`);
      return { kind: 'seed', seed: data };
    case 'field61-packed':
      requireBytes(data, packedByteLength(length));
      return { kind: 'vector', x: unpackField(data, length) };
    case 'field61': {
      requireBytes(data, length * 8);
      const x = viewElements(data);
      if (!kernels.isCanonical(x)) {
        throw new Refusal('NON_CANONICAL_ELEMENT', 'an element is not below 2^61 - 1');
      }
      return { kind: 'vector', x };
    }
    default:
      throw new Refusal('INVALID_PAYLOAD', 'shares come as field61, field61-packed or seed');
  }
}

function requireBytes({ length }: Uint8Array, expected: number): void {
  if (length !== expected) {
    throw new Refusal(
      'DIMENSION_MISMATCH',
      `the input has ${length} bytes where the layer takes ${expected}`,
    );
  }
}

/** The wire's bytes are the elements' bytes: a view where they lie at a multiple of 8, else a copy. */
function viewElements(data: Uint8Array): FieldVector {
  const aligned = data.byteOffset % 8 === 0 ? data : new Uint8Array(data);
  return new BigUint64Array(aligned.buffer, aligned.byteOffset, aligned.length / 8);
}
