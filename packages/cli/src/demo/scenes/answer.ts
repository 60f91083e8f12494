import { decision } from '@sharemesh/model/reference';
import { difference } from '../../terminal/quantities.ts';
import { table } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { heading } from './heading.ts';

export interface Answer {
  /** The logits of the float64 model in the clear. */
  readonly expected: Float64Array;
  /** Those put together from the servers' replies. */
  readonly actual: Float64Array;
}

export function answerScene(terminal: Terminal, { expected, actual }: Answer): string[] {
  const { colors } = terminal;
  const [clear, secret] = [decision(expected), decision(actual)];
  const matches = clear === secret;
  const differences = expected.map((value, k) => Math.abs(value - actual[k]!));
  const rows = Array.from(expected, (value, digit) => {
    const cells = [
      String(digit),
      value.toFixed(9),
      actual[digit]!.toFixed(9),
      difference(differences[digit]!),
    ];
    return digit === secret ? [...cells, '◀'].map(colors.green) : cells;
  });
  return [
    ...heading(terminal, 3, 'Put the answers together: the sum of the replies, decoded'),
    ...table([['digit', 'true logits', 'recombined logits', 'difference'].map(colors.dim), ...rows], 'rrrrl'),
    '',
    `argmax matches: ${matches ? colors.green('true') : colors.red('false')}   both ways it is a ${colors.bold(String(secret))}`,
    `largest difference: ${difference(Math.max(...differences))}   from rounding the weights to 28 bits`,
    colors.dim('(the shares themselves add no error: sums in the field are exact)'),
  ];
}
