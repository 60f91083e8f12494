import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P } from '@sharemesh/kernels/field';
import { edges, implementations, mod, sampleVector, vector, weightAt } from './support.ts';

function oracle(r: BigUint64Array, planes: readonly Int16Array[], rows: number, columns: number): bigint[] {
  return Array.from({ length: columns }, (_, j) => {
    let sum = 0n;
    for (let i = 0; i < rows; i++) sum += r[i]! * weightAt(planes, i * columns + j);
    return mod(sum);
  });
}

describe.each(implementations)('leftMultiply, %s', (_, kernels) => {
  test('is rᵀ·W mod p for any small shape and weights', () => {
    const input = fc
      .tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 }), fc.constantFrom(1, 2))
      .chain(([rows, columns, planes]) =>
        fc.tuple(
          fc.constant(rows),
          fc.constant(columns),
          vector(rows),
          fc.array(
            fc
              .array(fc.integer({ min: -32767, max: 32767 }), {
                minLength: rows * columns,
                maxLength: rows * columns,
              })
              .map((values) => Int16Array.from(values)),
            { minLength: planes, maxLength: planes },
          ),
        ),
      );
    fc.assert(
      fc.property(input, ([rows, columns, r, planes]) => {
        expect([...kernels.leftMultiply(r, planes, rows, columns)]).toEqual(oracle(r, planes, rows, columns));
      }),
      { numRuns: 100 },
    );
  });

  test.each([1, 8191, 16383, 32765, 32766, 32767])('all weights ±%i meet every edge element', (magnitude) => {
    const rows = 601;
    const plane = Int16Array.from({ length: 2 * rows }, (_value, k) =>
      k % 2 === 0 ? magnitude : -magnitude,
    );
    for (const edge of edges) {
      const sum = (BigInt(magnitude * rows) * edge) % P;
      const r = new BigUint64Array(rows).fill(edge);
      expect([...kernels.leftMultiply(r, [plane], rows, 2)]).toEqual([sum, (P - sum) % P]);
    }
  });

  test('agrees with matmul: (rᵀ·W)·x = r·(W·x), beyond one chunk of rows', () => {
    const [rows, columns] = [301, 1100];
    const random = sampleVector(rows * columns, 1);
    const planes = [
      Int16Array.from(random, (value) => Number(value % 16383n) - 8191),
      Int16Array.from(random, (value) => Number((value >> 20n) % 16384n) - 8192),
    ];
    const [r, x] = [sampleVector(rows, 2), sampleVector(columns, 3)];
    const matrix = kernels.packMatrix(planes, rows, columns);
    const y = kernels.matmul(matrix, x, 1);
    kernels.releaseMatrix(matrix);
    expect(kernels.dot(kernels.leftMultiply(r, planes, rows, columns), x)).toBe(kernels.dot(r, y));
  });

  test('shapes and weights are checked', () => {
    const r = new BigUint64Array(2);
    expect(() => kernels.leftMultiply(r, [new Int16Array(6)], 3, 2)).toThrow(RangeError);
    expect(() => kernels.leftMultiply(r, [new Int16Array(5)], 2, 3)).toThrow(RangeError);
    expect(() => kernels.leftMultiply(r, [Int16Array.of(0, -32768)], 2, 1)).toThrow('−32768');
  });
});
