import type { ColorDepth } from './color-depth.ts';

/** Both pixels of a cell take the same character, so that a cell one wide and two tall holds two square pixels. */
const UPPER_HALF = '▀';
const RESET = '\u001b[0m';

/**
 * A grey picture in half-block characters: `width` columns, half as many lines as it has rows.
 *
 * With 256 colours each pixel is one of the 24 greys of the xterm palette; with fewer it is there or not, whichever is
 * nearer, and the picture stands in a frame because nothing else shows where it ends.
 *
 * @param pixels row-major, 0 (dark) to 1 (bright); values outside are clamped
 */
export function drawPicture(pixels: ArrayLike<number>, width: number, depth: ColorDepth): string[] {
  const rows = pixels.length / width;
  const at = (row: number, column: number) => (row < rows ? (pixels[row * width + column] ?? 0) : 0);
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 2) {
    const cells = Array.from(
      { length: width },
      (_, column) => [at(row, column), at(row + 1, column)] as const,
    );
    lines.push(depth >= 8 ? greyLine(cells) : plainLine(cells));
  }
  return depth >= 8 ? lines : framed(lines, width);
}

type Cell = readonly [upper: number, lower: number];

function greyLine(cells: readonly Cell[]): string {
  return `${cells.map(([upper, lower]) => `\u001b[38;5;${grey(upper)};48;5;${grey(lower)}m${UPPER_HALF}`).join('')}${RESET}`;
}

/** The greys of the palette are 232 (nearly black) to 255 (nearly white). */
const grey = (value: number) => 232 + Math.round(23 * Math.min(1, Math.max(0, value)));

function plainLine(cells: readonly Cell[]): string {
  return cells
    .map(([upper, lower]) => (upper < 0.5 ? (lower < 0.5 ? ' ' : '▄') : lower < 0.5 ? '▀' : '█'))
    .join('');
}

function framed(lines: readonly string[], width: number): string[] {
  const edge = '─'.repeat(width);
  return [`┌${edge}┐`, ...lines.map((line) => `│${line}│`), `└${edge}┘`];
}

/** A picture with text to its right, centred on its height. The text has no more lines than the picture. */
export function beside(picture: readonly string[], text: readonly string[]): string[] {
  const above = Math.floor((picture.length - text.length) / 2);
  return picture.map((line, row) => `${line}   ${text[row - above] ?? ''}`.trimEnd());
}
