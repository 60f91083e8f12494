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
  /** How many hold the model. */
  readonly servers: number;
}

export function digitScene(terminal: Terminal, { pixels, label, accuracy, servers }: DigitScene): string[] {
  const { depth } = terminal;
  return [
    ...heading(terminal, 1, 'A digit that nobody but this process may see'),
    ...beside(drawPicture(pixels, DIGIT_SIZE, depth), [
      `a ${label}, ${DIGIT_SIZE}×${DIGIT_SIZE} pixels`,
      '',
      `${servers === 1 ? 'The server has' : `The ${servers} servers have`} a classifier, 256→10.`,
      `It names ${(100 * accuracy).toFixed(1)} % of unseen digits right.`,
      `${servers === 1 ? 'It shall' : 'They shall'} run it on this digit, blindly.`,
    ]),
  ];
}
