import { DIGIT_SIZE } from '@sharemesh/model/demo';
import { P } from '@sharemesh/shares';
import type { FieldVector } from '@sharemesh/shares';
import { beside, drawPicture } from '../../terminal/picture.ts';
import { bytes } from '../../terminal/quantities.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Sighting } from '../received-share.ts';

/** All that a server knows of the digit: its share, drawn as the picture that it is a part of. */
export function sightingScene(terminal: Terminal, { kind, byteLength, share, reply }: Sighting): string[] {
  const { colors, depth } = terminal;
  const came =
    kind === 'seed'
      ? [`a seed of ${byteLength} bytes, which stands for`, `${share.length} random numbers below 2^61:`]
      : [
          `${bytes(byteLength)}: the digit minus the other shares,`,
          `${share.length} numbers that are random on their own:`,
        ];
  return [
    '',
    ...beside(drawPicture(shades(share), DIGIT_SIZE, depth), [
      colors.bold('I received one share'),
      ...came,
      `  ${share[0]}`,
      `  ${share[1]}, ...`,
      colors.bold('I sent back weights × share'),
      `${reply.length} numbers, just as random:`,
      `  ${reply[0]}, ...`,
    ]),
    '',
  ];
}

/** An element of the field as a grey: 0 is black, p − 1 white. */
export const shades = (share: FieldVector): Float64Array =>
  Float64Array.from(share, (e) => Number(e) / Number(P));
