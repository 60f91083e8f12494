import type { SplitMessage } from '@sharemesh/wire/framing';
import type { PlainEncoding } from './plain-engine.ts';

/** What stands in front of the numbers, in both directions. */
export interface PlainHeader {
  readonly request_id: string;
  readonly batch_size: number;
  readonly encoding: PlainEncoding;
}

export interface PlainFrame {
  readonly chunks: readonly [header: Uint8Array, values: Uint8Array];
  readonly headerLength: number;
}

const utf8 = new TextEncoder();

/** A plaintext message in the binary form of the v1 wire: JSON, then the raw numbers. */
export function framePlain(header: PlainHeader, values: Uint8Array): PlainFrame {
  const { request_id, batch_size, encoding } = header;
  const inputs = [{ encoding, byte_length: values.length }];
  const json = utf8.encode(JSON.stringify({ request_id, batch_size, inputs }));
  return { chunks: [json, values], headerLength: json.length };
}

/** @throws {RangeError} for a message of another form */
export function readPlain({ json, tail }: SplitMessage): { header: PlainHeader; values: Uint8Array } {
  const { request_id, batch_size, inputs } = json as {
    readonly request_id: string;
    readonly batch_size: number;
    readonly inputs: readonly { readonly encoding: PlainEncoding; readonly byte_length: number }[];
  };
  const [input] = inputs;
  if (!input || !tail || tail.length !== input.byte_length)
    throw new RangeError('the message has another form');
  return { header: { request_id, batch_size, encoding: input.encoding }, values: tail };
}
