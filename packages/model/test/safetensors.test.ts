import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/wire/errors';
import { importSafetensors, parseSafetensors } from '@sharemesh/model';
import { toReals } from '../src/safetensors/dtypes.ts';
import { f32, fileOf, writeSafetensors } from './safetensors-file.ts';

const tensor = (dtype: string, shape: unknown, data_offsets: unknown) =>
  JSON.stringify({ t: { dtype, shape, data_offsets } });
const zeros = (n: number) => new Uint8Array(n);

describe('parseSafetensors', () => {
  it('reads names, shapes, metadata and data, aligned or not', () => {
    const bytes = writeSafetensors(
      {
        a: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
        b: f32([2, 1], [0.5, -8]),
        c: f32([0, 9], []),
      },
      { made: 'here' },
    );
    // anywhere in a larger buffer, as a slice of a Node Buffer is
    const shifted = new Uint8Array(bytes.length + 5).subarray(5);
    shifted.set(bytes);
    const { metadata, tensors } = parseSafetensors(shifted);
    expect(metadata).toEqual({ made: 'here' });
    expect(tensors.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ['a', 'U8', [3]],
      ['b', 'F32', [2, 1]],
      ['c', 'F32', [0, 9]],
    ]);
    expect([...toReals('F32', tensors[1]!.data)]).toEqual([0.5, -8]);
  });

  it('takes a header padded with spaces, and a file without tensors', () => {
    expect(parseSafetensors(fileOf('{}   ')).tensors).toEqual([]);
    expect(parseSafetensors(fileOf(`${tensor('F32', [1], [0, 4])}    `, zeros(4))).tensors).toHaveLength(1);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', zeros(0), /shorter than the 8 bytes/],
    ['seven bytes', zeros(7), /shorter than the 8 bytes/],
    ['no header', fileOf(''), /does not begin with/],
    ['a header that is longer than the file', fileOf('{}', zeros(0), 3n), /shorter than its header says/],
    ['a header longer than any', fileOf('{}', zeros(0), 2n ** 64n - 1n), /longer than 16777216 bytes/],
    ['a header just over the limit', fileOf('{}', zeros(0), 2n ** 24n + 1n), /longer than 16777216 bytes/],
    ['a list for a header', fileOf('[]'), /does not begin with/],
    ['white space before the header', fileOf(' {}'), /does not begin with/],
    ['text that is not JSON', fileOf('{"a":'), /not valid JSON/],
    ['text that is not UTF-8', fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)), /not valid UTF-8/],
    ['deep nesting', fileOf('{"a":'.repeat(50_000)), /deeper than/],
    ['a name twice', fileOf('{"t":{},"t":{}}'), /twice/],
    ['metadata that is not text', fileOf('{"__metadata__":{"a":1}}'), /"__metadata__" a does not fit/],
    ['a tensor that is no object', fileOf('{"t":1}'), /"t" {2}does not fit/],
    ['a missing field', fileOf('{"t":{"dtype":"F32","shape":[]}}'), /"t" data_offsets/],
    [
      'an unknown field',
      fileOf('{"t":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}', zeros(4)),
      /"t"/,
    ],
    ['a dtype that is no name', fileOf(tensor('f32; rm', [1], [0, 4]), zeros(4)), /"t" dtype/],
    ['a negative size', fileOf(tensor('F32', [-1], [0, 4]), zeros(4)), /shape\.0/],
    ['a fractional size', fileOf(tensor('F32', [0.5, 2], [0, 4]), zeros(4)), /shape\.0/],
    [
      'an unsafe size',
      fileOf('{"t":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}', zeros(4)),
      /shape\.0/,
    ],
    [
      'a product that overflows',
      fileOf(tensor('F32', Array(16).fill(2 ** 52), [0, 4]), zeros(4)),
      /has 4 bytes, not those/,
    ],
    ['too many dimensions', fileOf(tensor('F32', Array(17).fill(1), [0, 4]), zeros(4)), /shape/],
    [
      'a size that is not its shape',
      fileOf(tensor('F32', [2], [0, 4]), zeros(4)),
      /has 4 bytes, not those of F32 \[2\]/,
    ],
    ['offsets out of order', fileOf(tensor('F32', [0], [4, 0]), zeros(4)), /outside the file/],
    ['offsets beyond the file', fileOf(tensor('F32', [2], [0, 8]), zeros(4)), /outside the file/],
    ['a gap at the start', fileOf(tensor('F32', [1], [4, 8]), zeros(8)), /a gap before "t"/],
    ['bytes at the end', fileOf(tensor('F32', [1], [0, 4]), zeros(5)), /1 bytes belong to no tensor/],
    [
      'an overlap',
      fileOf(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        zeros(8),
      ),
      /an overlap before "b"/,
    ],
    [
      'a tensor called __proto__',
      fileOf('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', zeros(4)),
      /4 bytes belong to no tensor/,
    ],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => parseSafetensors(bytes)).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL', message: expect.stringMatching(reason) }),
    );
  });

  it('answers any file with a model or INVALID_MODEL', () => {
    const good = writeSafetensors(
      { 'layers.0.weight': f32([2, 3], [1, 2, 3, 4, 5, 6]), 'layers.0.bias': f32([2], [1, 2]) },
      { activation: 'relu' },
    );
    const edit = fc.record({
      at: fc.nat(),
      value: fc.nat(255),
      keep: fc.integer({ min: 0, max: good.length }),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, cut) => {
        let bytes = good.slice();
        for (const { at, value } of edits) bytes[at % bytes.length] = value;
        if (cut) bytes = bytes.subarray(0, edits[0]!.keep);
        try {
          importSafetensors(bytes, { modelId: 'fuzzed', version: '1', weightBits: 14 });
        } catch (error) {
          if (!MeshError.is(error)) throw error;
          expect(error.code).toBe('INVALID_MODEL');
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('quotes a hostile name without its control characters, and cut short', () => {
    const name = `\u001b[2J${'x'.repeat(500)}`;
    const bytes = fileOf(
      JSON.stringify({ [name]: { dtype: 'F32', shape: [9], data_offsets: [0, 4] } }),
      zeros(4),
    );
    const message = (() => {
      try {
        parseSafetensors(bytes);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message).toContain(String.raw`"\u001b[2Jxxx`);
    expect(message.length).toBeLessThan(200);
  });
});

describe('toReals', () => {
  const bytesOf = (bits: number) => Uint8Array.of(bits & 0xff, bits >> 8);
  const half = (bits: number) => toReals('F16', bytesOf(bits))[0]!;

  it('F64 and F32 are the bits themselves', () => {
    const values = [0.1, -3e300, 5e-324, 0];
    expect([...toReals('F64', new Uint8Array(Float64Array.from(values).buffer))]).toEqual(values);
    expect([...toReals('F32', f32([3], [0.1, -2, 1e-45]).data)]).toEqual([0.1, -2, 1e-45].map(Math.fround));
  });

  it('F16: known values, and every step between neighbours', () => {
    expect(
      [0x0000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x3c00, 0x7bff, 0xc000, 0x7c00, 0xfc00].map(half),
    ).toEqual([
      0,
      2 ** -24,
      0.00006097555160522461,
      2 ** -14,
      0.333251953125,
      1,
      65504,
      -2,
      Infinity,
      -Infinity,
    ]);
    expect(half(0x8000)).toBe(-0);
    expect(half(0x7e00)).toBeNaN();
    for (let bits = 0; bits < 0x7bff; bits++) {
      const step = 2 ** (Math.max(bits >> 10, 1) - 25);
      if (half(bits + 1) - half(bits) !== step || half(0x8000 | bits) !== -half(bits)) {
        expect.fail(`F16 ${bits.toString(16)} is wrong`);
      }
    }
  });

  it('BF16: the upper half of a binary32', () => {
    for (let bits = 0; bits < 2 ** 16; bits += 7) {
      const expected = new Float32Array(Uint16Array.of(0, bits).buffer)[0]!;
      if (!Object.is(toReals('BF16', bytesOf(bits))[0], expected))
        expect.fail(`BF16 ${bits.toString(16)} is wrong`);
    }
  });
});
