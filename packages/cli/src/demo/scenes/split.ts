import type { Terminal } from '../../terminal/terminal.ts';
import { heading } from './heading.ts';

/** What the client does with the digit before it sends it. */
export function splitScene(terminal: Terminal, parties: number): string[] {
  return [
    ...heading(terminal, 2, `Split it: digit = ${sumOf(parties)}   (mod 2^61 − 1)`),
    `One share to each server; ${parties === 2 ? 'one alone is' : `up to ${parties - 1} together are`} nothing but noise.`,
    terminal.colors.dim('Each server now draws what it received:'),
    '',
  ];
}

const sumOf = (parties: number) =>
  parties <= 3
    ? Array.from({ length: parties }, (_, index) => `share ${index + 1}`).join(' + ')
    : `share 1 + ... + share ${parties}`;
