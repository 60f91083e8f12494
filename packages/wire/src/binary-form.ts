import { MeshError } from './errors.ts';
import { parseJson } from './json.ts';
import type { BinaryTensor, Tensor, TensorData } from './tensor.ts';

/*
 * The binary form of a message: JSON, and the payloads behind it as they are. It is all that the client in a browser
 * needs to begin with; framing.ts has both forms.
 */

/** A message ready to send: the chunks are to go out one after the other. */
export interface Frame {
  readonly chunks: readonly Uint8Array[];
  readonly byteLength: number;
  /** Value for the `Inference-Header-Content-Length` header; absent in the JSON form. */
  readonly headerLength?: number;
}

/** Longest JSON part of a binary message: it describes tensors, it does not hold them. */
export const MAX_HEADER_BYTES = 262_144;

/**
 * A message in the binary form. `envelope` builds the JSON from the tensors' descriptions, so that the caller decides
 * where they stand in it.
 */
export function frameBinary(
  tensors: readonly TensorData[],
  envelope: (tensors: Tensor[]) => unknown,
): Frame & { readonly headerLength: number } {
  const described = tensors.map(({ encoding, data }): BinaryTensor => ({
    encoding,
    byte_length: data.length,
  }));
  const header = new TextEncoder().encode(JSON.stringify(envelope(described)));
  const payloads = tensors.map((tensor) => tensor.data);
  const byteLength = payloads.reduce((total, payload) => total + payload.length, header.length);
  return { chunks: [header, ...payloads], byteLength, headerLength: header.length };
}

/** A message's two parts: its JSON, and the raw bytes behind it where the message is in the binary form. */
export interface SplitMessage<Json = unknown, Bytes = Uint8Array> {
  readonly json: Json;
  readonly tail: Bytes | undefined;
}

/**
 * Split a body at the header length its sender declared (`undefined`: the JSON form), and parse the JSON.
 * @throws MeshError MALFORMED_REQUEST
 */
export function splitMessage(body: Uint8Array, headerLength: string | undefined): SplitMessage {
  const { json, tail } = splitBody(body, headerLength);
  return { json: parseJson(json), tail };
}

/**
 * The same, with the JSON as the bytes it is. Both parts are views into the body.
 * @throws MeshError MALFORMED_REQUEST
 */
export function splitBody<Body extends Uint8Array>(
  body: Body,
  headerLength: string | undefined,
): SplitMessage<Body, Body> {
  if (headerLength === undefined) return { json: body, tail: undefined };
  const length = /^(0|[1-9][0-9]{0,9})$/.test(headerLength) ? Number(headerLength) : -1;
  if (length < 0 || length > body.length || length > MAX_HEADER_BYTES) {
    throw new MeshError(
      'MALFORMED_REQUEST',
      'the header length is not a number within the limit and the body',
    );
  }
  return { json: body.subarray(0, length) as Body, tail: body.subarray(length) as Body };
}

/**
 * The bytes of the tensors, checked to account for every byte of the tail. Views into the body, not copies.
 * @param decode reads base64; needed for the JSON form only, which has no tail
 * @throws MeshError INVALID_PAYLOAD when the form or a length is wrong, and what `decode` throws
 */
export function takeTensorsBy(
  decode: ((payload: string) => Uint8Array) | undefined,
  tensors: readonly Tensor[],
  tail: Uint8Array | undefined,
): TensorData[] {
  let at = 0;
  const taken = tensors.map((tensor): TensorData => {
    if ('payload' in tensor) {
      if (tail !== undefined) throw invalid('a binary message must give its payloads as byte_length');
      return { encoding: tensor.encoding, data: decode!(tensor.payload) };
    }
    if (tail === undefined) throw invalid('a JSON message must give its payloads as base64');
    const data = tail.subarray(at, at + tensor.byte_length);
    if (data.length !== tensor.byte_length) throw invalid('the payloads are shorter than declared');
    at += tensor.byte_length;
    return { encoding: tensor.encoding, data };
  });
  if (tail !== undefined && at !== tail.length) throw invalid('the payloads are longer than declared');
  return taken;
}

const invalid = (message: string) => new MeshError('INVALID_PAYLOAD', message);
