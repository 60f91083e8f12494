import { MeshError, requireInteger } from './errors.ts';
import { parseJson } from './json.ts';
import { MAX_TENSOR_BYTES } from './rules.ts';
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
 *
 * @throws MeshError INVALID_INPUT for a number or a length that a receiver refuses
 */
export function frameBinary(
  tensors: readonly TensorData[],
  envelope: (tensors: Tensor[]) => unknown,
): Frame & { readonly headerLength: number } {
  const described = tensors.map(({ encoding, data }): BinaryTensor => ({
    encoding,
    byte_length: data.length,
  }));
  const header = encodeEnvelope(envelope(described));
  requireInteger('the length of the JSON', header.length, 0, MAX_HEADER_BYTES);
  const payloads = tensors.map((tensor) => tensor.data);
  const byteLength = payloads.reduce((total, payload) => total + payload.length, header.length);
  return { chunks: [header, ...payloads], byteLength, headerLength: header.length };
}

/**
 * The JSON of a message, in UTF-8.
 * @throws MeshError INVALID_INPUT for a number that no message of v1 has: JSON.stringify would make null of NaN
 */
export function encodeEnvelope(value: unknown): ReturnType<TextEncoder['encode']> {
  const text = JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'number') requireInteger('a number of a message', member, 0, MAX_TENSOR_BYTES);
    return member;
  });
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
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
  const length = parseHeaderLength(headerLength);
  if (length === undefined || length > body.length || length > MAX_HEADER_BYTES) {
    throw new MeshError(
      'MALFORMED_REQUEST',
      'the header length is not a number within the limit and the body',
    );
  }
  return { json: body.subarray(0, length) as Body, tail: body.subarray(length) as Body };
}

/**
 * The value of an `Inference-Header-Content-Length` header; undefined unless it is a decimal as a sender writes it, of up
 * to ten digits, without sign, leading zeros or white space.
 */
export function parseHeaderLength(text: string): number | undefined {
  return /^(0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : undefined;
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
