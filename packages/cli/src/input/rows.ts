import { invalidInput } from '../failure.ts';

/**
 * Rows of numbers from text: JSON (a list of numbers, or a list of such lists) or CSV (commas, semicolons, tabs or
 * spaces between numbers; a first line of names is left out). What it is shows in the first character.
 *
 * @returns at least one row; all of one width, every value finite
 * @throws MeshError INVALID_INPUT naming the row at fault, never its values
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
    if (!row.every((value) => typeof value === 'number' && Number.isFinite(value))) {
      throw invalidInput(`row ${index + 1} holds something that is not a finite number`);
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
  if (list.every((item) => typeof item === 'number')) return [list];
  throw invalidInput('JSON input is a list of numbers, or a list of lists of numbers');
}

function fromCsv(text: string): number[][] {
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
  return names?.every(Number.isNaN) && rest.length > 0 ? rest : rows;
}

/** Unlike Number(), an empty cell is not zero. */
const toNumber = (cell: string) => (cell === '' ? Number.NaN : Number(cell));
