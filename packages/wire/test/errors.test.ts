import { expect, test } from 'vitest';
import { requireInteger } from '../src/errors.ts';

test('requireInteger: an integer within the range, said without its value', () => {
  for (const value of [1, 2, 3]) expect(requireInteger('x', value, 1, 3)).toBeUndefined();
  const others = [
    0,
    4,
    1.5,
    -1,
    2 ** 32 + 1,
    NaN,
    Infinity,
    '1',
    null,
    undefined,
    [1],
    1n,
    { valueOf: () => 1 },
  ];
  for (const value of others) {
    expect(() => requireInteger('x', value as number, 1, 3)).toThrowError(
      expect.objectContaining({ code: 'INVALID_INPUT', message: 'x is an integer from 1 to 3' }),
    );
  }
});
