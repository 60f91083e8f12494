import { expect, test } from 'vitest';
import { parseRows } from '../src/input/rows.ts';

const rows = (text: string) => parseRows(text).map((row) => [...row]);

test.each([
  ['[1, -2.5, 3e-2]', [[1, -2.5, 0.03]]],
  [
    '[[1, 2], [3, 4]]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    '1,2\n3,4\n',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['a,b\r\n1,2\r\n', [[1, 2]]],
  ['1;2', [[1, 2]]],
  [
    '1\t2\n\n3\t4',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['1 2  3', [[1, 2, 3]]],
  ['\uFEFF1, 2', [[1, 2]]],
  ['7', [[7]]],
  ['-.5, +2., 1E3, 1e-3', [[-0.5, 2, 1000, 0.001]]],
])('%j is read', (text, expected) => {
  expect(rows(text)).toEqual(expected);
});

test.each([
  ['', 'empty'],
  ['1,5;2,5', 'decimal points'],
  ['1,5;2,5\n3,5;4,5', 'decimal points'],
  ['0,1,2,3\n5,6,7,8', 'counts from 0 or 1'],
  ['1;2;3;4\n5;6;7;8', 'counts from 0 or 1'],
  ['  \n', 'empty'],
  ['[]', 'no numbers'],
  ['[[]]', 'no numbers'],
  ['[1,2', 'not valid JSON'],
  ['[1, "2"]', 'row 1 holds something that is not a finite number, in column 2'],
  ['[1, null, 3]', 'column 2'],
  ['[1, true]', 'column 2'],
  ['[1, {}]', 'column 2'],
  ['[1, [2]]', 'list of numbers'],
  ['[[1, [2]]]', 'column 2'],
  ['[1e999]', 'column 1'],
  ['[[1, "2"]]', 'row 1 holds'],
  ['[[1, null]]', 'row 1 holds'],
  ['[[1], [2, 3]]', 'row 2 has 2 numbers where row 1 has 1'],
  ['1,2\n3,', 'row 2 holds'],
  ['1,2\n3,x', 'row 2 holds'],
  ['1,Infinity', 'row 1 holds'],
  ['1,2\n3,0x10', 'row 2 holds something that is not a finite number, in column 2'],
  ['1,0b1', 'column 2'],
  ['1,0o7', 'column 2'],
  ['1,1e999', 'column 2'],
  ['1,1_000', 'column 2'],
  ['1,.', 'column 2'],
  ['1,e5', 'column 2'],
  ['1,NaN', 'column 2'],
  ['1,１', 'column 2'],
  ['a,b', 'row 1 holds'],
])('%j is refused', (text, message) => {
  expect(() => rows(text)).toThrow(message);
});

test('an error does not quote the input', () => {
  for (const text of ['[31337, ', '1,2\n31337,secret']) {
    try {
      rows(text);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toMatch(/31337|secret/);
    }
  }
});
