import { describe, expect, test } from 'vitest';
import { colorDepth, colorVariables } from '../src/terminal/color-depth.ts';
import { beside, drawPicture } from '../src/terminal/picture.ts';
import { formatOutputs } from '../src/terminal/outputs.ts';
import { bytes, difference, milliseconds } from '../src/terminal/quantities.ts';
import { table, visibleLength } from '../src/terminal/table.ts';
import { fakeTerminal } from './support.ts';

describe('colours', () => {
  const terminal = { isTTY: true, getColorDepth: () => 8 };
  const pipe = { isTTY: false };

  test.each([
    ['a terminal has what it says', terminal, {}, 8],
    ['a pipe has none', pipe, {}, 1],
    ['NO_COLOR takes them away', terminal, { NO_COLOR: '1' }, 1],
    ['an empty NO_COLOR does not', terminal, { NO_COLOR: '' }, 8],
    ['FORCE_COLOR gives them to a pipe', pipe, { FORCE_COLOR: '2' }, 8],
    ['FORCE_COLOR=0 takes them away', terminal, { FORCE_COLOR: '0' }, 1],
    ['FORCE_COLOR wins over NO_COLOR', pipe, { FORCE_COLOR: '3', NO_COLOR: '1' }, 24],
    ['an empty FORCE_COLOR asks for the basic ones', pipe, { FORCE_COLOR: '' }, 4],
  ] as const)('%s', (_, stream, env, depth) => {
    expect(colorDepth(stream, env)).toBe(depth);
  });

  test.each([1, 4, 8, 24] as const)('depth %i reaches a child process', (depth) => {
    expect(colorDepth(pipe, colorVariables(depth))).toBe(depth);
  });
});

describe('pictures', () => {
  test('without greys: two rows a line, in a frame', () => {
    expect(drawPicture([1, 0, 1, 0, 0, 0, 1, 1], 4, 1)).toEqual(['┌────┐', '│▀ █▄│', '└────┘']);
  });

  test('an odd last row is drawn over a dark one', () => {
    expect(drawPicture([1, 0], 2, 4)).toEqual(['┌──┐', '│▀ │', '└──┘']);
  });

  test('with greys: black, white and what lies between, clamped', () => {
    const [line, ...rest] = drawPicture([-1, 0.5, 0, 2], 2, 8);
    expect(rest).toEqual([]);
    expect(line).toBe('\u001b[38;5;232;48;5;232m▀\u001b[38;5;244;48;5;255m▀\u001b[0m');
    expect(visibleLength(line!)).toBe(2);
  });

  test('text stands beside, centred', () => {
    expect(beside(['##', '##', '##'], ['one'])).toEqual(['##', '##   one', '##']);
  });
});

describe('tables', () => {
  test('columns are aligned, colours take no room', () => {
    expect(
      table(
        [
          ['a', '1'],
          ['\u001b[1mbb\u001b[22m', '22'],
        ],
        'lr',
      ),
    ).toEqual(['a    1', '\u001b[1mbb\u001b[22m  22']);
  });

  test('outputs: a column with bars for one row, a line each for several', () => {
    const { colors } = fakeTerminal(1);
    const one = formatOutputs([Float64Array.of(1, -2)], colors);
    expect(one[0]).toMatch(/^0 +1\.0000000 +━{12}$/);
    expect(one[1]).toMatch(/^1 +-2\.0000000 +━{24}$/);
    expect(formatOutputs([Float64Array.of(1), Float64Array.of(2)], colors)).toEqual([
      '0  1.0000000',
      '1  2.0000000',
    ]);
    expect(formatOutputs([new Float64Array(2)], colors)[0]).toMatch(/^0 +0\.0000000$/);
  });
});

test.each([
  [bytes(235), '235 B'],
  [bytes(2_256), '2,256 B'],
  [bytes(473_672), '0.47 MB'],
  [bytes(3e9), '3.00 GB'],
  [milliseconds(0.0314), '0.031 ms'],
  [milliseconds(4.218), '4.22 ms'],
  [milliseconds(42.18), '42.2 ms'],
  [milliseconds(421.8), '422 ms'],
  [difference(0), '0'],
  [difference(1.84e-8), '1.8e-8'],
])('%s is written as %s', (actual, expected) => {
  expect(actual).toBe(expected);
});
