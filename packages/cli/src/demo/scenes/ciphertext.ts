import { DIGIT_SIZE } from '@sharemesh/model/demo';
import { beside, drawPicture } from '../../terminal/picture.ts';
import { bytes } from '../../terminal/quantities.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { CiphertextSighting } from '../received-ciphertext.ts';

/** Where the residues begin, after the header and the seed. */
const RESIDUES = 52;
const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

/** All that the server knows of the digit: a ciphertext, of which it draws as many bytes as the digit has pixels. */
export function ciphertextScene(terminal: Terminal, { ciphertexts, replies }: CiphertextSighting): string[] {
  const { colors, depth } = terminal;
  const drawn = ciphertexts[0]!.subarray(RESIDUES, RESIDUES + PIXELS);
  return [
    '',
    ...beside(drawPicture(shades(drawn), DIGIT_SIZE, depth), [
      colors.bold('I received one ciphertext'),
      `${lengthOf(ciphertexts)}, of which these are ${PIXELS}.`,
      'I cannot open it.',
      colors.bold('I sent back weights × ciphertext'),
      `${lengthOf(replies)}, encrypted like it, blinded`,
      'and flooded: it says ten logits to',
      'who has the key, nothing else of W.',
    ]),
    '',
  ];
}

const lengthOf = (messages: readonly Uint8Array[]) =>
  bytes(messages.reduce((sum, { length }) => sum + length, 0));

/** A byte as a grey. */
const shades = (drawn: Uint8Array) => Float64Array.from(drawn, (byte) => byte / 255);
