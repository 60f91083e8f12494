import { decodeBase64, encodeBase64 } from './base64.ts';
import { frameBinary, takeTensorsBy } from './binary-form.ts';
import type { Frame } from './binary-form.ts';
import type { JsonTensor, Tensor, TensorData } from './tensor.ts';

export { MAX_HEADER_BYTES, splitBody, splitMessage } from './binary-form.ts';
export type { Frame, SplitMessage } from './binary-form.ts';

/** The two forms of every message that carries tensors. */
export type MessageForm = 'binary' | 'json';

/**
 * A message in the form asked for. `envelope` builds the JSON from the tensors' descriptions, so that the caller
 * decides where they stand in it.
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
  const json = new TextEncoder().encode(JSON.stringify(envelope(described)));
  return { chunks: [json], byteLength: json.length };
}

/**
 * The bytes of the tensors, checked to account for every byte of the tail. Views into the body, not copies.
 * @throws MeshError INVALID_PAYLOAD when the form, a length or the base64 is wrong
 */
export const takeTensors = (tensors: readonly Tensor[], tail: Uint8Array | undefined): TensorData[] =>
  takeTensorsBy(decodeBase64, tensors, tail);
