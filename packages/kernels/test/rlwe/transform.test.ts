import { describe, expect, test } from 'vitest';
import { smallestPrimitiveRoot, powMod, reverseBits, writeNttTables } from '@sharemesh/kernels/rlwe';
import { PRIMES, numbers, onBoth, place, withExtremes } from './both.ts';

/** a·b in Z_p[X]/(X^n + 1), term by term. */
function schoolbook(a: number[], b: number[], p: number): number[] {
  const n = a.length;
  const sums = Array.from({ length: n }, () => 0n);
  a.forEach((x, i) =>
    b.forEach((y, j) => {
      const term = BigInt(x) * BigInt(y);
      if (i + j < n) sums[i + j]! += term;
      else sums[i + j - n]! -= term;
    }),
  );
  return sums.map((sum) => Number(((sum % BigInt(p)) + BigInt(p)) % BigInt(p)));
}

describe('negacyclic NTT', () => {
  test.each([16, 32, 64, 128, 256])('multiplies polynomials of degree below %i', (n) => {
    for (const p of PRIMES) {
      const a = withExtremes(numbers(n, p, 1), p);
      const b = withExtremes(numbers(n, p, 2), p);
      const product = onBoth((k) => {
        const tables = writeNttTables(k, n, p);
        const [x, y] = [place(k, a), place(k, b)];
        k.ntt(x, tables, n, p);
        k.ntt(y, tables, n, p);
        k.multiply(x, x, y, n, p);
        k.intt(x, tables, n, p);
        return k.words(x, n);
      });
      expect(product).toEqual(schoolbook(a, b, p));
    }
  });

  test.each([1024, 2048, 4096])('evaluates at the odd powers of the root, bit-reversed (n = %i)', (n) => {
    const p = PRIMES[0];
    const a = withExtremes(numbers(n, p, 3), p);
    const values = onBoth((k) => {
      const tables = writeNttTables(k, n, p);
      const x = place(k, a);
      k.ntt(x, tables, n, p);
      return k.words(x, n);
    });
    const psi = smallestPrimitiveRoot(n, p);
    const shift = 32 - Math.log2(n);
    for (const slot of [0, 1, 5, n / 2, n - 1]) {
      const point = BigInt(powMod(psi, 2 * (reverseBits(slot) >>> shift) + 1, p));
      const expected = a.reduceRight((sum, x) => (sum * point + BigInt(x)) % BigInt(p), 0n);
      expect(values[slot]).toBe(Number(expected));
    }
  });

  test.each([16, 1024, 2048, 4096, 8192])('is inverted by its inverse (n = %i)', (n) => {
    for (const p of PRIMES.filter((prime) => (prime - 1) % (2 * n) === 0)) {
      const a = withExtremes(numbers(n, p, 4), p);
      const back = onBoth((k) => {
        const tables = writeNttTables(k, n, p);
        const x = place(k, a);
        k.ntt(x, tables, n, p);
        k.intt(x, tables, n, p);
        return k.words(x, n);
      });
      expect(back).toEqual(a);
    }
  });

  test('accepts lazy input: below 4p forward, below 2p back', () => {
    const n = 64;
    for (const p of PRIMES.slice(0, 3)) {
      const a = numbers(n, p, 5);
      const forward = (lift: number) =>
        onBoth((k) => {
          const tables = writeNttTables(k, n, p);
          const x = place(
            k,
            a.map((v, i) => v + (i % (lift + 1)) * p),
          );
          k.ntt(x, tables, n, p);
          return k.words(x, n);
        });
      expect(forward(3)).toEqual(forward(0));
      const back = (lift: number) =>
        onBoth((k) => {
          const tables = writeNttTables(k, n, p);
          const x = place(
            k,
            a.map((v, i) => v + (i % (lift + 1)) * p),
          );
          k.intt(x, tables, n, p);
          return k.words(x, n);
        });
      expect(back(1)).toEqual(back(0));
    }
  });

  test('a prime that is not 1 modulo 2n has no transform', () => {
    expect(() => smallestPrimitiveRoot(1 << 20, PRIMES[0])).toThrow(RangeError);
  });

  test('the root is primitive and the smallest of them', () => {
    const [n, p] = [16, 97];
    const roots = Array.from({ length: p }, (_, g) => g).filter((g) => g > 0 && powMod(g, n, p) === p - 1);
    expect(roots).toHaveLength(n);
    expect(smallestPrimitiveRoot(n, p)).toBe(roots[0]);
  });
});
