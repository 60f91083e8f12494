import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import { describe, expect, test } from 'vitest';
import { MAX_MESSAGE_BYTES } from '@sharemesh/kernels/rlwe';
import { PRIMES, onBoth, wasm } from './both.ts';

const hex = (bytes: Iterable<number>) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);
const signed = (words: number[]) => words.map((word) => word | 0);

describe('TurboSHAKE128 (RFC 9861, section 5)', () => {
  test.each([
    ['', 0x1f, 32, '1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c'],
    [
      '',
      0x1f,
      64,
      '1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c3e8ccae2a4dae56c84a04c2385c03c15e8193bdf58737363321691c05462c8df',
    ],
  ] as const)('of %j with domain %i, %i bytes', (_message, domain, length, expected) => {
    expect(hex(onBoth((k) => k.turboShake128(new Uint8Array(), domain, length)))).toBe(expected);
  });

  test.each([0, 1, 17, 167, 168, 169, 335, 336, 337, MAX_MESSAGE_BYTES])(
    'agrees on %i bytes of message',
    (length) => {
      onBoth((k) => k.turboShake128(pattern(length), 1, 400));
    },
  );

  test('longer messages are refused, not cut', () => {
    expect(() => wasm.turboShake128(pattern(MAX_MESSAGE_BYTES + 1), 1, 32)).toThrow(RangeError);
  });
});

describe('samplers', () => {
  const n = 4096;
  const draw = (run: (k: typeof wasm, r: number) => void) =>
    onBoth((k) => {
      const r = k.allocate(n);
      run(k, r);
      return k.words(r, n);
    });
  const moments = (values: number[]) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length };
  };

  test.each(PRIMES)('uniform residues modulo %i follow the stream, passing over what is too large', (p) => {
    const residues = draw((k, r) => k.sampleUniform(r, n, p, pattern(60)));
    const mask = 2 ** Math.ceil(Math.log2(p)) - 1;
    const stream = new DataView(wasm.turboShake128(pattern(60), 1, 12 * n).buffer);
    const expected = [];
    for (let at = 0; expected.length < n; at += 4) {
      const word = stream.getUint32(at, true) & mask;
      if (word < p) expected.push(word);
    }
    expect(residues).toEqual(expected);
  });

  /** The stream of a message, by another implementation of TurboSHAKE128. */
  const streamOf = (message: Uint8Array, length: number) =>
    turboshake128(message, { D: 1, dkLen: length }).slice().buffer;
  const ones = (word: number) => word.toString(2).replaceAll('0', '').length;

  test('centred binomial words follow the stream: 21 bits of one word less 21 of the next', () => {
    const words = new Uint32Array(streamOf(pattern(60), 8 * n));
    const expected = Array.from(
      { length: n },
      (_, i) => ones(words[2 * i]! % 2 ** 21) - ones(words[2 * i + 1]! % 2 ** 21),
    );
    expect(signed(draw((k, r) => k.sampleBinomial(r, n, pattern(60))))).toEqual(expected);
  });

  test('ternary words follow the stream: three times a 64-bit word, over 2^64', () => {
    const words = new BigUint64Array(streamOf(pattern(60), 8 * n));
    const expected = Array.from(words, (word) => Number((3n * word) >> 64n) - 1);
    expect(signed(draw((k, r) => k.sampleTernary(r, n, pattern(60))))).toEqual(expected);
  });

  test.each([2, 13, 16, 17, 30, 31])('signed words of %i bits follow the stream', (bits) => {
    const words =
      bits <= 16
        ? new Uint16Array(streamOf(pattern(60), 2 * n))
        : new Uint32Array(streamOf(pattern(60), 4 * n));
    const expected = Array.from(words, (word) => (word % 2 ** bits) - 2 ** (bits - 1));
    expect(signed(draw((k, r) => k.sampleSigned(r, n, bits, pattern(60))))).toEqual(expected);
  });

  test('a prime far below its power of two rejects often and stays uniform', () => {
    const p = 524_309; // just above 2^19: half of the words are passed over
    const residues = draw((k, r) => k.sampleUniform(r, n, p, pattern(8)));
    expect(Math.max(...residues)).toBeLessThan(p);
    const { mean, variance } = moments(residues);
    expect(Math.abs(mean / p - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(variance / p ** 2 - 1 / 12)).toBeLessThan(0.01);
  });

  test('centred binomial: variance 10.5, never beyond 21', () => {
    const values = signed(draw((k, r) => k.sampleBinomial(r, n, pattern(60))));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(21);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(Math.abs(variance - 10.5)).toBeLessThan(1.5);
  });

  test('ternary: a third each', () => {
    const values = signed(draw((k, r) => k.sampleTernary(r, n, pattern(60))));
    for (const value of [-1, 0, 1]) {
      expect(Math.abs(values.filter((v) => v === value).length / n - 1 / 3)).toBeLessThan(0.04);
    }
    expect(values.every((v) => v >= -1 && v <= 1)).toBe(true);
  });

  test.each([4, 8, 13, 16, 17, 30, 31])('signed words of %i bits fill their range', (bits) => {
    const values = signed(draw((k, r) => k.sampleSigned(r, n, bits, pattern(60))));
    const half = 2 ** (bits - 1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-half);
    expect(Math.max(...values)).toBeLessThan(half);
    expect(moments(values).variance / (4 * half * half)).toBeCloseTo(1 / 12, 2);
  });

  test('different messages give different polynomials', () => {
    const [a, b] = [7, 8].map((length) => draw((k, r) => k.sampleUniform(r, n, PRIMES[0], pattern(length))));
    expect(a!.filter((v, i) => v === b![i]).length).toBeLessThan(5);
  });
});

describe('memory', () => {
  test('what is released is wiped, and what is allocated is zero', () => {
    const mark = wasm.mark();
    const a = wasm.allocate(1024);
    wasm.words(a, 1024).fill(7);
    wasm.release(mark);
    expect(wasm.words(a, 1024).every((word) => word === 0)).toBe(true);
    expect(wasm.allocate(16)).toBe(a);
    wasm.release(mark);
    expect(() => wasm.release(mark + 64)).toThrow(RangeError);
  });

  test('grows without losing what it holds', () => {
    onBoth((k) => {
      const first = k.allocate(64);
      k.words(first, 64).fill(0xabcdef);
      k.allocate(3_000_000);
      return k.words(first, 64);
    }).forEach((word) => expect(word).toBe(0xabcdef));
  });
});
