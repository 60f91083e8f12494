import * as z from 'zod/mini';
import { count } from './primitives.ts';
import { MAX_TENSOR_BYTES, TENSOR_ENCODINGS } from './rules.ts';

/**
 * How the bytes of a tensor are to be read.
 *
 * - `field61`: elements of F_p, p = 2^61 − 1, as little-endian u64, row-major, each below p.
 * - `field61-packed`: the same at 61 bits an element, little-endian bit order, zero bits to the next byte.
 * - `seed`: 32 bytes that the receiver expands to the elements (XofTurboShake128, see wire-v1.md).
 * - `rlwe`: ciphertexts or keys of the bridge, in the codec of rlwe.md.
 */
export const TensorEncoding = z.enum(TENSOR_ENCODINGS);
export type TensorEncoding = z.infer<typeof TensorEncoding>;

/** A tensor of a binary message: its bytes follow the JSON, in the order of declaration. */
export const BinaryTensor = z.strictObject({
  encoding: TensorEncoding,
  byte_length: count(MAX_TENSOR_BYTES),
});
export type BinaryTensor = z.infer<typeof BinaryTensor>;

/** A tensor of a JSON message: its bytes in base64 (RFC 4648 §4, padded). */
export const JsonTensor = z.strictObject({
  encoding: TensorEncoding,
  payload: z.string().check(z.maxLength(MAX_TENSOR_BYTES)),
});
export type JsonTensor = z.infer<typeof JsonTensor>;

export const Tensor = z.union([BinaryTensor, JsonTensor]);
export type Tensor = z.infer<typeof Tensor>;

/** A tensor whose bytes have been taken from either form: what code works with. */
export interface TensorData {
  readonly encoding: TensorEncoding;
  readonly data: Uint8Array;
}
