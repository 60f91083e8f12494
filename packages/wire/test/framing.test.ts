import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_HEADER_BYTES, encodeMessage, splitMessage, takeTensors } from '../src/index.ts';
import type { Frame, Tensor, TensorData } from '../src/index.ts';

const join = (frame: Frame) => {
  const body = new Uint8Array(frame.byteLength);
  let at = 0;
  for (const chunk of frame.chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
};

const tensorData: fc.Arbitrary<TensorData> = fc.record({
  encoding: fc.constantFrom('field61', 'field61-packed', 'seed', 'rlwe'),
  data: fc.uint8Array({ maxLength: 200 }),
});

const readBack = (frame: Frame) => {
  const { json, tail } = splitMessage(join(frame), frame.headerLength?.toString());
  return takeTensors((json as { inputs: Tensor[] }).inputs, tail);
};

describe('a message survives either form', () => {
  for (const form of ['binary', 'json'] as const) {
    test(form, () => {
      fc.assert(
        fc.property(fc.array(tensorData, { maxLength: 5 }), (tensors) => {
          const frame = encodeMessage(form, tensors, (inputs) => ({ inputs }));
          expect(readBack(frame)).toEqual(tensors);
        }),
        { numRuns: 300 },
      );
    });
  }

  test('the binary form holds the payload as it is, without a copy', () => {
    const data = Uint8Array.of(1, 2, 3);
    const frame = encodeMessage('binary', [{ encoding: 'rlwe', data }], (inputs) => ({ inputs }));
    expect(frame.chunks[1]).toBe(data);
  });
});

describe('a body that does not account for its bytes is refused', () => {
  const body = new TextEncoder().encode('{"inputs":[]}xyz');
  const refused = (act: () => unknown, code: string) =>
    expect(act).toThrowError(expect.objectContaining({ name: 'MeshError', code, retryable: false }));

  test.each([
    '',
    '-1',
    '+3',
    '1e1',
    '0x10',
    '03',
    ' 3',
    '3.0',
    '17',
    `${MAX_HEADER_BYTES + 1}`,
    '99999999999',
  ])('header length %j', (length) => refused(() => splitMessage(body, length), 'MALFORMED_REQUEST'));

  test('a header length within the body is taken', () => {
    const { json, tail } = splitMessage(body, '13');
    expect(json).toEqual({ inputs: [] });
    expect(tail).toEqual(new TextEncoder().encode('xyz'));
  });

  const three = { encoding: 'rlwe', byte_length: 3 } as const;
  test('payloads shorter than declared', () =>
    refused(() => takeTensors([three, three], new Uint8Array(5)), 'INVALID_PAYLOAD'));
  test('payloads longer than declared', () =>
    refused(() => takeTensors([three, three], new Uint8Array(7)), 'INVALID_PAYLOAD'));
  test('base64 in a binary message', () =>
    refused(
      () => takeTensors([{ encoding: 'rlwe', payload: 'AAAA' }], new Uint8Array(0)),
      'INVALID_PAYLOAD',
    ));
  test('byte_length in a JSON message', () =>
    refused(() => takeTensors([three], undefined), 'INVALID_PAYLOAD'));
});
