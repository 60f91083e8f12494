import { describe, expect, test } from 'vitest';
import { inverseMod } from '@sharemesh/kernels/rlwe';
import { PRIMES, numbers, onBoth, place, withExtremes } from './both.ts';

const n = 64;
const mod = (x: bigint, p: number) => Number(((x % BigInt(p)) + BigInt(p)) % BigInt(p));

describe.each(PRIMES)('point by point modulo %i', (p) => {
  const [a, b, c] = [1, 2, 3].map((seed) => withExtremes(numbers(n, p, seed), p)) as [
    number[],
    number[],
    number[],
  ];

  test.each([
    ['add', (x: bigint, y: bigint) => x + y],
    ['subtract', (x: bigint, y: bigint) => x - y],
    ['multiply', (x: bigint, y: bigint) => x * y],
  ] as const)('%s', (name, oracle) => {
    const result = onBoth((k) => {
      const r = k.allocate(n);
      k[name](r, place(k, a), place(k, b), n, p);
      return k.words(r, n);
    });
    expect(result).toEqual(a.map((x, i) => mod(oracle(BigInt(x), BigInt(b[i]!)), p)));
  });

  test.each([
    ['multiplyAdd', 1n],
    ['multiplySubtract', -1n],
  ] as const)('%s, in place too', (name, sign) => {
    const result = onBoth((k) => {
      const r = place(k, c);
      k[name](r, place(k, a), place(k, b), r, n, p);
      return k.words(r, n);
    });
    expect(result).toEqual(a.map((x, i) => mod(BigInt(c[i]!) + sign * BigInt(x) * BigInt(b[i]!), p)));
  });

  test.each([1, 2, 15, 16, 17, 32, 33, 100])('dotPair over %i terms of the largest residues', (terms) => {
    const lift = (seed: number) =>
      Array.from({ length: terms }, (_, k) => numbers(n, p, seed + k).map((v, i) => (i < 8 ? p - 1 : v)));
    const [x, y, w] = [lift(10), lift(1000), lift(5000)];
    const result = onBoth((k) => {
      const [r0, r1] = [k.allocate(n), k.allocate(n)];
      k.dotPair(
        r0,
        r1,
        place(k, x.flat()),
        place(k, y.flat()),
        4 * n,
        place(k, w.flat()),
        4 * n,
        terms,
        n,
        p,
      );
      return [...k.words(r0, n), ...k.words(r1, n)];
    });
    const dot = (rows: number[][]) =>
      Array.from({ length: n }, (_, i) =>
        mod(
          rows.reduce((sum, row, k) => sum + BigInt(row[i]!) * BigInt(w[k]![i]!), 0n),
          p,
        ),
      );
    expect(result).toEqual([...dot(x), ...dot(y)]);
  });

  test('combineDigits makes residues of wide signed integers', () => {
    const digits = [1, 2, 3].map((seed) => numbers(n, 2 ** 31, seed).map((v, i) => (i % 2 ? v : -v)));
    digits[0]![0] = 2 ** 31 - 1;
    digits[0]![1] = -(2 ** 31 - 1);
    const constants = [1n, 2n ** 30n, 2n ** 60n];
    const result = onBoth((k) => {
      const r = k.allocate(n);
      const residues = constants.map((constant) => mod(constant, p));
      k.combineDigits(r, place(k, digits.flat()), residues, n, p);
      return k.words(r, n);
    });
    const wide = digits[0]!.map((_, i) =>
      digits.reduce((sum, d, k) => sum + BigInt(d[i]!) * constants[k]!, 0n),
    );
    expect(result).toEqual(wide.map((x) => mod(x, p)));
  });

  test('dropPrime rounds x / q to the nearest integer', () => {
    for (const q of PRIMES.filter((prime) => prime !== p && prime < 2 * p)) {
      const x = numbers(n, 2 ** 26, 7).map((v, i) => BigInt(v) * BigInt(numbers(n, 2 ** 24, 8)[i]!));
      [0n, BigInt(q >> 1), BigInt(q >> 1) + 1n, BigInt(q) - 1n, BigInt(q)].forEach(
        (edge, i) => (x[i] = edge),
      );
      const result = onBoth((k) => {
        const r = k.allocate(n);
        const [low, high] = [
          place(
            k,
            x.map((v) => mod(v, p)),
          ),
          place(
            k,
            x.map((v) => mod(v, q)),
          ),
        ];
        k.dropPrime(r, low, high, n, p, q, inverseMod(q, p));
        return k.words(r, n);
      });
      expect(result).toEqual(x.map((v) => mod((v + BigInt(q >> 1)) / BigInt(q), p)));
    }
  });

  test('isBelow notices one word too large, wherever it is', () => {
    for (const at of [0, 1, n / 2, n - 1]) {
      const low = a.map(() => p - 1);
      const high = low.map((v, i) => (i === at ? p : v));
      expect(
        onBoth((k) => [Number(k.isBelow(place(k, low), n, p)), Number(k.isBelow(place(k, high), n, p))]),
      ).toEqual([1, 0]);
      const top = low.map((v, i) => (i === at ? 2 ** 32 - 1 : v));
      expect(onBoth((k) => [Number(k.isBelow(place(k, top), n, p))])).toEqual([0]);
    }
  });
});
