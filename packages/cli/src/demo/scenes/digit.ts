import { DIGIT_SIZE } from '@sharemesh/model/demo';
import { beside, drawPicture } from '../../terminal/picture.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { heading } from './heading.ts';

export interface DigitScene {
  /** 256 pixels, 0 … 1. */
  readonly pixels: Float64Array;
  readonly label: number;
  /** Share of unseen digits that the model names right. */
  readonly accuracy: number;
  readonly parties: number;
}

export function digitScene(terminal: Terminal, { pixels, label, accuracy, parties }: DigitScene): string[] {
  const { colors, depth } = terminal;
  return [
    ...heading(terminal, 1, 'A digit that nobody but this process may see'),
    ...beside(drawPicture(pixels, DIGIT_SIZE, depth), [
      `a ${label}, ${DIGIT_SIZE}×${DIGIT_SIZE} pixels`,
      '',
      `The ${parties} servers have a classifier, 256→10.`,
      `It names ${(100 * accuracy).toFixed(1)} % of unseen digits right.`,
      'They shall run it on this digit, blindly.',
    ]),
    ...heading(terminal, 2, `Split it: digit = ${sumOf(parties)}   (mod 2^61 − 1)`),
    `One share to each server; ${parties === 2 ? 'one alone is' : `up to ${parties - 1} together are`} nothing but noise.`,
    colors.dim('Each server now draws what it received:'),
    '',
  ];
}

const sumOf = (parties: number) =>
  parties <= 3
    ? Array.from({ length: parties }, (_, index) => `share ${index + 1}`).join(' + ')
    : `share 1 + ... + share ${parties}`;
