import { DIGIT_SIZE } from '@sharemesh/model/demo';
import { drawPicture } from '../../terminal/picture.ts';
import { visibleLength } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { heading } from './heading.ts';

/** What servers that pool their shares have, as a picture, and how much of the digit is in it. */
export interface Pool {
  /** How many servers pool. */
  readonly servers: number;
  /** 256 pixels, 0 … 1. */
  readonly pixels: Float64Array;
  /** Pearson's r with the digit. */
  readonly correlation: number;
}

const GAP = ' '.repeat(5);

export function collusionScene(terminal: Terminal, parties: number, pools: readonly Pool[]): string[] {
  const { colors, depth } = terminal;
  const pictures = pools.map(({ pixels }) => drawPicture(pixels, DIGIT_SIZE, depth));
  const width = visibleLength(pictures[0]![0]!);
  const captions = pools.map(({ servers, correlation }) => [
    servers === parties ? `all ${parties} servers` : `${servers} of ${parties} servers`,
    `r = ${correlation.toFixed(2)}`,
  ]);
  const sideBySide = (columns: readonly (readonly string[])[]) =>
    columns[0]!.map((_, row) =>
      columns
        .map((column) => column[row]!.padEnd(width))
        .join(GAP)
        .trimEnd(),
    );
  return [
    ...heading(terminal, 5, 'What if the servers pool what they received?'),
    ...sideBySide(pictures),
    ...sideBySide(captions),
    colors.dim('r: correlation with the digit; 0 is nothing of it, 1 is all'),
    '',
    `${parties === 2 ? 'One server alone learns' : `Up to ${parties - 1} servers learn`} nothing: any digit would look the same.`,
    `${colors.bold(`All ${parties} together see the digit.`)} So they must be run by people`,
    'who will not do this. Here all run on one machine, for you to watch.',
    colors.dim('Every server knows the weights. Not audited. See THREAT_MODEL.md.'),
    '',
  ];
}
