import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRIMES, numbers, onBoth, place, withExtremes } from './both.ts';

describe('bit packing', () => {
  test('writes the words as one little-endian integer, and reads them back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32 }),
        fc.integer({ min: 1, max: 80 }),
        fc.nat(),
        (bits, n, seed) => {
          const words = numbers(n, 2 ** bits, seed);
          const size = Math.ceil((n * bits) / 8);
          const bytes = onBoth((k) => {
            const [out, a] = [k.allocate(Math.ceil(size / 4)), place(k, words)];
            k.pack(out, a, n, bits);
            return k.bytes(out, size);
          });
          const integer = words.reduceRight((sum, word) => (sum << BigInt(bits)) | BigInt(word), 0n);
          expect(bytes).toEqual(
            Array.from({ length: size }, (_, i) => Number((integer >> BigInt(8 * i)) & 255n)),
          );
          const back = onBoth((k) => {
            const [packed, a] = [k.allocate(Math.ceil(size / 4)), k.allocate(n)];
            k.bytes(packed, size).set(bytes);
            k.unpack(a, packed, n, bits);
            return k.words(a, n);
          });
          expect(back).toEqual(words);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each(PRIMES)('low bits of residues modulo %i can go: the error is half the step', (p) => {
    const n = 64;
    const a = withExtremes(numbers(n, p), p);
    for (let drop = 0; drop <= 16; drop++) {
      const short = onBoth((k) => {
        const r = place(k, a);
        k.dropBits(r, r, n, drop);
        return k.words(r, n);
      });
      expect(short).toEqual(a.map((x) => Math.floor((x + 2 ** drop / 2) / 2 ** drop)));
      const restored = onBoth((k) => {
        const r = place(k, short);
        k.restoreBits(r, r, n, drop, p);
        return k.words(r, n);
      });
      restored.forEach((x, i) => {
        const error = Math.abs(x - a[i]!);
        expect(Math.min(error, p - error)).toBeLessThanOrEqual(2 ** drop / 2);
      });
    }
  });
});
