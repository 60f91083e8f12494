// eslint-style escapes: everything that takes no room on screen
// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001b\[[0-9;]*m/g;

/** Columns that a text takes on screen, colours left out. Counts each character as one. */
export function visibleLength(text: string): number {
  return [...text.replace(ESCAPES, '')].length;
}

/**
 * Rows as aligned lines, two spaces between columns.
 * @param align one letter a column: `l` or `r`
 */
export function table(rows: readonly (readonly string[])[], align: string): string[] {
  const widths = [...align].map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, visibleLength(row[column] ?? '')), 0),
  );
  return rows.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        const space = ' '.repeat(width - visibleLength(cell));
        return align[column] === 'r' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}
