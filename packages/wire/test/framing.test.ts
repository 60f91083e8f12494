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

  test('the JSON form is one JSON text, with the payloads in base64', () => {
    const data = Uint8Array.of(1, 2, 3);
    const frame = encodeMessage('json', [{ encoding: 'rlwe', data }], (inputs) => ({ inputs }));
    expect(frame.chunks).toHaveLength(1);
    expect(frame.byteLength).toBe(frame.chunks[0]!.length);
    expect(frame.headerLength).toBeUndefined();
    expect(JSON.parse(new TextDecoder().decode(frame.chunks[0]))).toEqual({
      inputs: [{ encoding: 'rlwe', payload: 'AQID' }],
    });
  });

  test('the binary form holds the payload as it is, without a copy', () => {
    const data = Uint8Array.of(1, 2, 3);
    const frame = encodeMessage('binary', [{ encoding: 'rlwe', data }], (inputs) => ({ inputs }));
    expect(frame.chunks[1]).toBe(data);
  });
});

describe('a message that a receiver would refuse or misread is not made', () => {
  const invalid = expect.objectContaining({ code: 'INVALID_INPUT' });

  test.each(['binary', 'json'] as const)('%s: a number that no message has', (form) => {
    for (const layer of [NaN, Infinity, 0.5, -1, 2 ** 31]) {
      expect(() => encodeMessage(form, [], (inputs) => ({ inputs, layer }))).toThrowError(invalid);
      expect(() => encodeMessage(form, [], (inputs) => ({ inputs, deep: [{ layer }] }))).toThrowError(
        invalid,
      );
    }
    expect(encodeMessage(form, [], () => ({ layer: -0 })).chunks[0]).toEqual(
      new TextEncoder().encode('{"layer":0}'),
    );
  });

  test('binary: JSON or a payload longer than the limits', () => {
    const frame = (length: number) => encodeMessage('binary', [], () => 'x'.repeat(length - 2));
    expect(frame(MAX_HEADER_BYTES).headerLength).toBe(MAX_HEADER_BYTES);
    expect(() => frame(MAX_HEADER_BYTES + 1)).toThrowError(invalid);
    // stands for 2 GiB: only its length is looked at
    const data = { length: 2 ** 31 } as Uint8Array;
    expect(() => encodeMessage('binary', [{ encoding: 'rlwe', data }], (inputs) => inputs)).toThrowError(
      invalid,
    );
  });

  test('strings that are no Unicode keep apart', () => {
    const bytes = (id: string) => encodeMessage('binary', [], () => ({ id })).chunks[0];
    expect(bytes('\ud800')).not.toEqual(bytes('\ufffd'));
    expect(bytes('\ud800')).not.toEqual(bytes('\ud801'));
  });
});

describe('a body that does not account for its bytes is refused', () => {
  const refused = (act: () => unknown, code: string, message = /./) =>
    expect(act).toThrowError(
      expect.objectContaining({
        name: 'MeshError',
        code,
        retryable: false,
        message: expect.stringMatching(message),
      }),
    );

  /** Any part of it is JSON: what refuses a length here is the length alone. */
  const digits = new TextEncoder().encode('7'.repeat(MAX_HEADER_BYTES + 8));

  test.each(['', '-1', '+3', '1e1', '0x10', '03', ' 3', '3 ', '3.0', '١', '99999999999', '262145'])(
    'header length %j',
    (length) =>
      refused(
        () => splitMessage(digits, length),
        'MALFORMED_REQUEST',
        /^the header length is not a number within the limit and the body$/,
      ),
  );

  test('a header length beyond the body', () => {
    const body = digits.subarray(0, 16);
    expect(splitMessage(body, '16').tail).toHaveLength(0);
    refused(() => splitMessage(body, '17'), 'MALFORMED_REQUEST', /and the body$/);
  });

  test('the longest header is taken, an empty one holds no JSON', () => {
    expect(splitMessage(digits, `${MAX_HEADER_BYTES}`).tail).toHaveLength(8);
    refused(() => splitMessage(digits, '0'), 'MALFORMED_REQUEST');
  });

  test('a header length within the body is taken', () => {
    const { json, tail } = splitMessage(new TextEncoder().encode('{"inputs":[]}xyz'), '13');
    expect(json).toEqual({ inputs: [] });
    expect(tail).toEqual(new TextEncoder().encode('xyz'));
  });

  const three = { encoding: 'rlwe', byte_length: 3 } as const;
  const text = { encoding: 'rlwe', payload: 'AAAA' } as const;
  test.each([
    ['shorter than declared', [three, three], new Uint8Array(5)],
    ['longer than declared', [three, three], new Uint8Array(7)],
    ['longer than declared', [], new Uint8Array(1)],
    ['must give its payloads as byte_length', [text], new Uint8Array(0)],
    ['must give its payloads as base64', [three], undefined],
  ])('%s', (message, tensors, tail) =>
    refused(() => takeTensors(tensors, tail), 'INVALID_PAYLOAD', new RegExp(message)),
  );
});
