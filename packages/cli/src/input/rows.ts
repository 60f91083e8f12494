import { invalidInput } from '../failure.ts';

/**
 * Rows of numbers from text: JSON (a list of numbers, or a list of such lists) or CSV (commas, semicolons, tabs or
 * spaces between numbers; a first line of names is left out). What it is shows in the first character.
 *
 * @returns at least one row; all of one width, every value finite
 * @throws MeshError INVALID_INPUT naming row and column at fault, both counted from 1, never a value
 */
export function parseRows(text: string): Float64Array[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed === '') throw invalidInput('the input is empty');
  const rows = trimmed.startsWith('[') ? fromJson(trimmed) : fromCsv(trimmed);
  const width = rows[0]?.length ?? 0;
  if (width === 0) throw invalidInput('the input has no numbers');
  rows.forEach((row, index) => {
    if (row.length !== width) {
      throw invalidInput(`row ${index + 1} has ${row.length} numbers where row 1 has ${width}`);
    }
    const column = row.findIndex((value) => !Number.isFinite(value)) + 1;
    if (column > 0) {
      throw invalidInput(`row ${index + 1} holds something that is not a finite number, in column ${column}`);
    }
  });
  return rows.map((row) => Float64Array.from(row as number[]));
}

function fromJson(text: string): unknown[][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the parser's message quotes the text, and the input is private
    throw invalidInput('the input starts like JSON, but is not valid JSON');
  }
  const list = value as unknown[];
  if (list.every((row) => Array.isArray(row))) return list;
  if (!list.some((row) => Array.isArray(row))) return [list];
  throw invalidInput('JSON input is a list of numbers, or a list of lists of numbers');
}

function fromCsv(text: string): number[][] {
  if (/,[^\n]*;|;[^\n]*,/.test(text)) {
    throw invalidInput(
      'a line has both commas and semicolons: write decimal points, 1.5;2.5 in place of 1,5;2,5',
    );
  }
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) =>
      line
        .trim()
        .split(/\s*[,;\t]\s*|\s+/)
        .map(toNumber),
    );
  const [names, ...rest] = rows;
  if (rest.length > 0 && names!.length > 3 && isCount(names!)) {
    throw invalidInput('the first line counts from 0 or 1, as names of columns do: remove it, or give JSON');
  }
  return names?.every(Number.isNaN) && rest.length > 0 ? rest : rows;
}

/** 0, 1, 2, … or 1, 2, 3, …: what a table without names is given for names. */
const isCount = (row: readonly number[]) =>
  (row[0] === 0 || row[0] === 1) && row.every((value, at) => value === row[0]! + at);

/** Unlike with Number(), an empty cell is not zero, and 0x10 is a name, not sixteen. */
const toNumber = (cell: string) =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
