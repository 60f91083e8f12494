import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P } from '@sharemesh/kernels/field';
import type { FieldKernels } from '@sharemesh/kernels/field';
import { edges, generator, implementations, matmulOracle, sampleVector, vector } from './support.ts';

/** Weights of one sign pattern and magnitude: `spread` uniform up to it, otherwise all at it. */
function weights(length: number, magnitude: number, spread: boolean, seed: number): Int16Array {
  const random = generator(seed);
  return Int16Array.from({ length }, () =>
    spread ? Math.round((2 * random() - 1) * magnitude) : random() < 0.5 ? magnitude : -magnitude,
  );
}

const lowPlane = (length: number, seed: number): Int16Array => {
  const random = generator(seed);
  return Int16Array.from({ length }, () => Math.floor(random() * 16384) - 8192);
};

function product(
  kernels: FieldKernels,
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
  x: BigUint64Array,
  batch: number,
): bigint[] {
  const matrix = kernels.packMatrix(planes, rows, columns);
  const y = kernels.matmul(matrix, x, batch);
  kernels.releaseMatrix(matrix);
  return [...y];
}

describe.each(implementations)('matmul, %s', (_, kernels) => {
  test('is X·Wᵀ mod p for any small shape, batch and weights', () => {
    const input = fc
      .record({
        rows: fc.nat({ max: 5 }),
        columns: fc.nat({ max: 40 }),
        batch: fc.nat({ max: 3 }),
        planes: fc.constantFrom(1, 2),
        magnitude: fc.constantFrom(1, 127, 8191, 32765, 32766, 32767),
        spread: fc.boolean(),
        seed: fc.nat(),
      })
      .chain((shape) => fc.tuple(fc.constant(shape), vector(shape.batch * shape.columns)));
    fc.assert(
      fc.property(input, ([{ rows, columns, batch, planes, magnitude, spread, seed }, x]) => {
        const high = weights(rows * columns, magnitude, spread, seed);
        const all = planes === 2 ? [high, lowPlane(high.length, seed)] : [high];
        expect(product(kernels, all, rows, columns, x, batch)).toEqual(
          matmulOracle(all, rows, columns, x, batch),
        );
      }),
      { numRuns: 120 },
    );
  });

  test.each([
    [1, 1],
    [1, 7],
    [3, 8],
    [2, 9],
    // Around the tile of 1024 columns, and over several tiles.
    [3, 1023],
    [3, 1024],
    [3, 1025],
    [2, 3000],
  ])('%i × %i, one and two planes, batches of 1 and 3', (rows, columns) => {
    const high = weights(rows * columns, 8191, true, rows + columns);
    const low = lowPlane(high.length, columns);
    const x = sampleVector(3 * columns, columns);
    for (const planes of [[high], [high, low]]) {
      const expected = matmulOracle(planes, rows, columns, x, 3);
      expect(product(kernels, planes, rows, columns, x, 3)).toEqual(expected);
      expect(product(kernels, planes, rows, columns, x.subarray(0, columns), 1)).toEqual(
        expected.slice(0, rows),
      );
    }
  });

  // One sign everywhere, and digits at their bounds: every 32-bit sum grows as fast as it can.
  test.each([1, 100, 2047, 4095, 8191, 16383, 32764, 32765, 32766, 32767])(
    'all weights ±%i meet every edge element exactly',
    (magnitude) => {
      const columns = 2100;
      const planes = [
        Int16Array.from({ length: 2 * columns }, (_value, k) => (k < columns ? magnitude : -magnitude)),
      ];
      const x = BigUint64Array.from(edges.flatMap((edge) => Array.from({ length: columns }, () => edge)));
      const expected = edges.flatMap((edge) => {
        const sum = (BigInt(magnitude * columns) * edge) % P;
        return [sum, (P - sum) % P];
      });
      expect(product(kernels, planes, 2, columns, x, edges.length)).toEqual(expected);
      expect(product(kernels, planes, 2, columns, x.subarray(0, columns), 1)).toEqual(expected.slice(0, 2));
    },
  );

  test('two planes of the largest weights', () => {
    const columns = 700;
    const ends = [32767, -32767, 8191, -8192] as const;
    for (const first of [ends[0], ends[1]]) {
      for (const second of [ends[2], ends[3], ends[0], ends[1]]) {
        const planes = [new Int16Array(columns).fill(first), new Int16Array(columns).fill(second)];
        const x = sampleVector(columns, first + second);
        expect(product(kernels, planes, 1, columns, x, 1)).toEqual(matmulOracle(planes, 1, columns, x, 1));
      }
    }
  });

  test('one large weight among small ones, at each place of a group', () => {
    for (let place = 0; place < 16; place++) {
      const plane = new Int16Array(48).fill(3);
      plane[16 + place] = place % 2 === 0 ? 32767 : -32767;
      plane[16 + ((place + 1) % 16)] = 32767;
      const x = sampleVector(48, place);
      expect(product(kernels, [plane], 1, 48, x, 1)).toEqual(matmulOracle([plane], 1, 48, x, 1));
    }
  });

  test('empty matrices and empty batches', () => {
    expect(product(kernels, [new Int16Array(0)], 0, 5, new BigUint64Array(10), 2)).toEqual([]);
    expect(product(kernels, [new Int16Array(0)], 3, 0, new BigUint64Array(0), 2)).toEqual([
      0n,
      0n,
      0n,
      0n,
      0n,
      0n,
    ]);
    expect(product(kernels, [new Int16Array(15)], 3, 5, new BigUint64Array(0), 0)).toEqual([]);
    expect(product(kernels, [new Int16Array(0)], 0, 0, new BigUint64Array(0), 0)).toEqual([]);
  });

  test('a batch larger than one chunk of working space', () => {
    const [rows, columns, batch] = [3, 1030, 70];
    const plane = weights(rows * columns, 8191, true, 4);
    const x = sampleVector(batch * columns, 5);
    const matrix = kernels.packMatrix([plane], rows, columns);
    const y = kernels.matmul(matrix, x, batch);
    for (const b of [0, 1, 62, 63, 64, 69]) {
      const one = x.subarray(b * columns, (b + 1) * columns);
      expect([...y.subarray(b * rows, (b + 1) * rows)]).toEqual([...kernels.matmul(matrix, one, 1)]);
    }
    kernels.releaseMatrix(matrix);
  });

  test('matmulInto fills the vector it is given, and only that', () => {
    const plane = weights(4 * 20, 8191, true, 6);
    const x = sampleVector(2 * 20, 7);
    const matrix = kernels.packMatrix([plane], 4, 20);
    const whole = new BigUint64Array(10).fill(77n);
    kernels.matmulInto(whole.subarray(1, 9), matrix, x, 2);
    expect([...whole]).toEqual([77n, ...matmulOracle([plane], 4, 20, x, 2), 77n]);
    expect(() => kernels.matmulInto(new BigUint64Array(9), matrix, x, 2)).toThrow(RangeError);
    kernels.releaseMatrix(matrix);
  });

  test('packing copies: the caller may reuse its planes', () => {
    const plane = Int16Array.of(1, 2, 3);
    const matrix = kernels.packMatrix([plane], 1, 3);
    plane.fill(0);
    expect([...kernels.matmul(matrix, BigUint64Array.of(1n, 1n, 1n), 1)]).toEqual([6n]);
    expect(matrix).toMatchObject({ rows: 1, columns: 3, planes: 1 });
    expect(matrix.byteLength).toBeGreaterThanOrEqual(6);
    kernels.releaseMatrix(matrix);
  });

  test('a packed matrix says its shape, and what it takes at least', () => {
    const planes = [new Int16Array(3 * 5), new Int16Array(3 * 5)];
    for (const count of [1, 2]) {
      const matrix = kernels.packMatrix(planes.slice(0, count), 3, 5);
      expect(matrix).toMatchObject({ rows: 3, columns: 5, planes: count });
      expect(matrix.byteLength).toBeGreaterThanOrEqual(count * 3 * 5 * 2);
      kernels.releaseMatrix(matrix);
    }
  });

  test('rows longer than one exact sum of doubles', () => {
    const [rows, columns] = [2, 2 ** 16 + 3];
    const plane = Int16Array.from({ length: rows * columns }, (_value, k) => (k < columns ? 32767 : -32767));
    const x = new BigUint64Array(columns).fill(P - 1n).fill(P - 2n, 2 ** 16);
    const sum = -32767n * (2n ** 16n + 6n);
    expect(product(kernels, [plane], rows, columns, x, 1)).toEqual([P + sum, -sum]);
  });

  test('what does not fit is refused', () => {
    const plane = new Int16Array(6);
    expect(() => kernels.packMatrix([], 2, 3)).toThrow(RangeError);
    expect(() => kernels.packMatrix([plane, plane, plane], 2, 3)).toThrow(RangeError);
    expect(() => kernels.packMatrix([plane], 2, 4)).toThrow(RangeError);
    expect(() => kernels.packMatrix([plane], -2, -3)).toThrow(RangeError);
    expect(() => kernels.packMatrix([Int16Array.of(0, -32768)], 1, 2)).toThrow('−32768');
    expect(() => kernels.packMatrix([plane, Int16Array.of(0, 0, 0, 0, 0, -32768)], 2, 3)).toThrow('−32768');
    // Also behind weights that already need the other layout.
    expect(() => kernels.packMatrix([Int16Array.of(32767, 32767, 1, 1, 1, -32768)], 3, 2)).toThrow('−32768');
    const matrix = kernels.packMatrix([plane], 2, 3);
    expect(() => kernels.matmul(matrix, new BigUint64Array(4), 1)).toThrow(RangeError);
    expect(() => kernels.matmul(matrix, new BigUint64Array(3), 2)).toThrow(RangeError);
    kernels.releaseMatrix(matrix);
  });

  test('matrices of the other implementation are refused', () => {
    const other = implementations.find(([, candidate]) => candidate !== kernels)![1];
    const matrix = other.packMatrix([new Int16Array(1)], 1, 1);
    expect(() => kernels.matmul(matrix, new BigUint64Array(1), 1)).toThrow(TypeError);
    other.releaseMatrix(matrix);
  });
});
