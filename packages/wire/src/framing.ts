import { decodeBase64, encodeBase64 } from './base64.ts';
import { encodeEnvelope, frameBinary, takeTensorsBy } from './binary-form.ts';
import type { Frame } from './binary-form.ts';
import type { JsonTensor, Tensor, TensorData } from './tensor.ts';

export { MAX_HEADER_BYTES, parseHeaderLength, splitBody, splitMessage } from './binary-form.ts';
export type { Frame, SplitMessage } from './binary-form.ts';

/** The two forms of every message that carries tensors. */
export type MessageForm = 'binary' | 'json';

/**
 * A message in the form asked for. `envelope` builds the JSON from the tensors' descriptions, so that the caller
 * decides where they stand in it.
 *
 * @throws MeshError INVALID_INPUT as `frameBinary`
 */
export function encodeMessage(
  form: MessageForm,
  tensors: readonly TensorData[],
  envelope: (tensors: Tensor[]) => unknown,
): Frame {
  if (form === 'binary') return frameBinary(tensors, envelope);
  const described = tensors.map(({ encoding, data }): JsonTensor => ({
    encoding,
    payload: encodeBase64(data),
  }));
  const json = encodeEnvelope(envelope(described));
  return { chunks: [json], byteLength: json.length };
}

/**
 * The bytes of the tensors, checked to account for every byte of the tail. Views into the body, not copies.
 * @throws MeshError INVALID_PAYLOAD when the form, a length or the base64 is wrong
 */
export const takeTensors = (tensors: readonly Tensor[], tail: Uint8Array | undefined): TensorData[] =>
  takeTensorsBy(decodeBase64, tensors, tail);
