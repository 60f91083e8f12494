import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P } from '@sharemesh/kernels/field';
import { acceptWords } from '../../src/field/plain/xof.ts';
import { instantiate } from '../../src/field/wasm/exports.ts';
import type { FieldExports } from '../../src/field/wasm/exports.ts';
import { wasmBase64 } from '../../src/field/wasm.generated.ts';
import { implementations, vectorImplementations } from './support.ts';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** The pattern of RFC 9861, section 5: the bytes 00 … FA over and over. */
const ptn = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251);
const ff = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);

/** RFC 9861, section 5: message, domain byte, output length, and the output's last 32 bytes. */
const vectors: readonly (readonly [
  name: string,
  message: Uint8Array,
  domain: number,
  length: number,
  end: string,
])[] = [
  ['empty', ptn(0), 0x1f, 32, '1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c'],
  [
    'empty, 10032 bytes',
    ptn(0),
    0x1f,
    10032,
    'a3b9b0385900ce761f22aed548e754da10a5242d62e8c658e3f3a923a7555607',
  ],
  ['ptn(1)', ptn(1), 0x1f, 32, '55cedd6f60af7bb29a4042ae832ef3f58db7299f893ebb9247247d856958daa9'],
  ['ptn(17)', ptn(17), 0x1f, 32, '9c97d036a3bac819db70ede0ca554ec6e4c2a1a4ffbfd9ec269ca6a111161233'],
  ['ptn(17^2)', ptn(17 ** 2), 0x1f, 32, '96c77c279e0126f7fc07c9b07f5cdae1e0be60bdbe10620040e75d7223a624d2'],
  ['ptn(17^3)', ptn(17 ** 3), 0x1f, 32, 'd4976eb56bcf118520582b709f73e1d6853e001fdaf80e1b13e0d0599d5fb372'],
  ['FF FF FF', ff(3), 0x01, 32, 'bf323f940494e88ee1c540fe660be8a0c93f43d15ec006998462fa994eed5dab'],
  ['FF', ff(1), 0x06, 32, '8ec9c66465ed0d4a6c35d13506718d687a25cb05c74cca1e42501abd83874a67'],
];

describe.each(vectorImplementations)('TurboSHAKE128, %s', (_, kernels) => {
  test.each(vectors)('RFC 9861: %s', (_name, message, domain, length, end) => {
    expect(hex(kernels.turboShake128(message, domain, length).slice(-32))).toBe(end);
  });

  test('XofTurboShake128 of the VDAF draft: its published vector', () => {
    const dst = fromHex('646f6d61696e2073657061726174696f6e20746167');
    const seed = Uint8Array.from({ length: 32 }, (_value, i) => i);
    const binder = fromHex('62696e64657220737472696e67');
    const message = Uint8Array.from([
      dst.length & 255,
      dst.length >> 8,
      ...dst,
      seed.length,
      ...seed,
      ...binder,
    ]);
    expect(hex(kernels.turboShake128(message, 1, 32))).toBe(
      'b62ef0a2778190792d4d42d8c167ba20e0c37a3f319ba79645829c427d70eea5',
    );
  });

  test('both ends of the domain range, and not beyond', () => {
    expect(kernels.turboShake128(ptn(5), 127, 8)).not.toEqual(kernels.turboShake128(ptn(5), 1, 8));
    for (const domain of [0, 128, 1.5, -1]) {
      expect(() => kernels.turboShake128(ptn(5), domain, 8)).toThrow(RangeError);
    }
    for (const length of [-1, 0.5, NaN])
      expect(() => kernels.expandField(ptn(5), length)).toThrow(RangeError);
  });

  test('expandField reads the stream of domain 1 word by word, and a longer one starts with a shorter', () => {
    const length = 100;
    const bytes = kernels.turboShake128(ptn(70), 1, 8 * length);
    const expected = Array.from(new BigUint64Array(bytes.buffer), (word) => word & P);
    const expanded = kernels.expandField(ptn(70), length);
    expect([...expanded]).toEqual(expected);
    expect(kernels.isCanonical(expanded)).toBe(true);
    expect([...kernels.expandField(ptn(70), 22)]).toEqual(expected.slice(0, 22));
    expect(kernels.expandField(ptn(70), 0)).toHaveLength(0);
  });
});

describe('both implementations', () => {
  const [wasm, plain] = implementations.map(([, kernels]) => kernels) as [
    (typeof implementations)[number][1],
    (typeof implementations)[number][1],
  ];

  test('agree at every position of the padding, and over several blocks', () => {
    for (const length of [0, 1, 7, 8, 166, 167, 168, 169, 335, 336, 337]) {
      for (const output of [0, 1, 167, 168, 169, 400]) {
        expect(hex(wasm.turboShake128(ptn(length), 11, output))).toBe(
          hex(plain.turboShake128(ptn(length), 11, output)),
        );
      }
    }
  });

  test('agree on any message', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.integer({ min: 1, max: 127 }),
        fc.nat(300),
        (m, d, n) => {
          expect(wasm.turboShake128(m, d, n)).toEqual(plain.turboShake128(m, d, n));
          expect(wasm.expandField(m, n)).toEqual(plain.expandField(m, n));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('rejection', () => {
  const top = 7n << 61n;
  // p is refused whatever its upper three bits, and nothing else is.
  const words = BigUint64Array.of(P, 5n, P | top, top, P - 1n, (P - 1n) | top, P, 9n);
  const accepted = [5n, 0n, P - 1n, P - 1n, 9n];

  test('in TypeScript', () => {
    const out = new BigUint64Array(8);
    expect(acceptWords(words, out, 1)).toBe(6);
    expect([...out]).toEqual([0n, ...accepted, 0n, 0n]);
  });

  test('in WebAssembly, which also stops at the length', async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const wasm = await instantiate<FieldExports>(wasmBase64, memory);
    const view = new BigUint64Array(memory.buffer, 4096, 32);
    view.set(words);
    expect(wasm.acceptWords(4096, 8, 4096 + 128, 1, 10)).toBe(6);
    expect([...view.subarray(17, 22)]).toEqual(accepted);
    expect(wasm.acceptWords(4096, 8, 4096 + 128, 0, 3)).toBe(3);
  });
});
