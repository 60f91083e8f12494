import { decision } from '@sharemesh/model/reference';
import { difference } from '../../terminal/quantities.ts';
import { table } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { heading } from './heading.ts';

export interface Answer {
  /** The logits of the float64 model in the clear. */
  readonly expected: Float64Array;
  /** Those obtained from the servers' replies. */
  readonly actual: Float64Array;
}

/** How the answer came about, in words. */
export interface Telling {
  readonly title: string;
  /** What was done, as one word. */
  readonly made: string;
  /** Where the difference comes from, and what else there is to say of it. */
  readonly why: string;
  readonly aside: string;
}

export const RECOMBINED: Telling = {
  title: 'Put the answers together: the sum of the replies, decoded',
  made: 'recombined',
  why: 'from rounding the weights to 28 bits',
  aside: '(the shares themselves add no error: sums in the field are exact)',
};

export const DECRYPTED: Telling = {
  title: 'Decrypt the reply: only this process has the key',
  made: 'decrypted',
  why: 'from the noise that hides the digit,',
  aside: 'of which a part stays in every answer',
};

export function answerScene(
  terminal: Terminal,
  { expected, actual }: Answer,
  { title, made, why, aside }: Telling = RECOMBINED,
): string[] {
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
    ...heading(terminal, 3, title),
    ...table([['digit', 'true logits', `${made} logits`, 'difference'].map(colors.dim), ...rows], 'rrrrl'),
    '',
    `argmax matches: ${matches ? colors.green('true') : colors.red('false')}   both ways it is a ${colors.bold(String(secret))}`,
    `largest difference: ${difference(Math.max(...differences))}   ${why}`,
    colors.dim(aside),
  ];
}
