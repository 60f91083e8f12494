import type { Terminal } from '../../terminal/terminal.ts';

/** The line that opens a step of the story. */
export const heading = ({ colors }: Terminal, step: number, text: string): string[] => [
  '',
  colors.bold(`${step}  ${text}`),
  '',
];
