import { describe, expect, test } from 'vitest';
import { implementations } from './support.ts';

const elements = (length: number) => new BigUint64Array(length);
const plane = (length: number) => new Int16Array(length);

describe.each(implementations)('a refusal says which shapes do not fit, %s', (_, kernels) => {
  const matrix = () => kernels.packMatrix([plane(8)], 2, 4);

  const refusals: [message: string, act: () => unknown][] = [
    ['vectors of 2 and 3 elements do not match', () => kernels.add(elements(2), elements(3))],
    [
      'vectors of 2 and 3 elements do not match',
      () => kernels.combine(elements(2), [elements(2), elements(3)]),
    ],
    ['1 coefficients do not match 2 vectors', () => kernels.combine(elements(1), [elements(1), elements(1)])],
    ['0 coefficients do not match 0 vectors', () => kernels.combine(elements(0), [])],
    ['fraction bits must be an integer from 0 to 1023', () => kernels.encodeFixed(new Float64Array(1), 1024)],
    ['fraction bits must be an integer from 0 to 1023', () => kernels.encodeFixed(new Float64Array(0), -1)],
    ['3 elements are not whole rows of 2', () => kernels.decodeFixed(elements(3), new Float64Array(2))],
    [
      'the domain byte must be an integer from 1 to 127',
      () => kernels.turboShake128(new Uint8Array(1), 128, 1),
    ],
    ['the length must be a non-negative integer', () => kernels.expandField(new Uint8Array(1), 0.5)],
    ['a matrix has 1 or 2 planes, not 3', () => kernels.packMatrix([plane(1), plane(1), plane(1)], 1, 1)],
    ['a matrix has 1 or 2 planes, not 0', () => kernels.leftMultiply(elements(1), [], 1, 1)],
    ['a plane of 6 elements is not 2 × 4', () => kernels.packMatrix([plane(8), plane(6)], 2, 4)],
    ['a weight is −32768', () => kernels.packMatrix([Int16Array.of(0, -32768)], 1, 2)],
    ['an input of 7 elements is not 2 × 4', () => kernels.matmul(matrix(), elements(7), 2)],
    ['an output of 3 elements is not 2 × 2', () => kernels.matmulInto(elements(3), matrix(), elements(8), 2)],
    [
      'a left vector of 3 elements does not match 2 rows',
      () => kernels.leftMultiply(elements(3), [plane(8)], 2, 4),
    ],
  ];
  test.each(refusals)('%s', (message, act) => {
    expect(act).toThrow(new RangeError(message));
  });

  test.each([
    [-1, 0],
    [0, -1],
    [1.5, 4],
    [4, 1.5],
    [2 ** 53, 0],
    [0, 2 ** 53],
  ])('no matrix is %d × %d, though the number of its weights is right', (rows, columns) => {
    expect(() => kernels.packMatrix([plane(Math.abs(rows * columns))], rows, columns)).toThrow(
      new RangeError('rows and columns must be non-negative integers'),
    );
  });

  test('no batch is negative or a fraction, though the numbers of elements are right', () => {
    expect(() => kernels.matmulInto(elements(1), matrix(), elements(2), 0.5)).toThrow('is not 0.5 × 4');
    const empty = kernels.packMatrix([plane(0)], 0, 0);
    expect(() => kernels.matmulInto(elements(0), empty, elements(0), -1)).toThrow('is not -1 × 0');
  });
});
