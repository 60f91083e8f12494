import { table } from './table.ts';
import type { Colors } from './terminal.ts';

/** A single row of at most this many outputs is written as a column, with bars. */
const MOST_BARS = 40;
const BAR = 24;

/** The outputs of a batch, for people: one row as a column with bars, several as one line each. */
export function formatOutputs(outputs: readonly Float64Array[], colors: Colors): string[] {
  const [only] = outputs;
  if (outputs.length === 1 && only !== undefined && only.length <= MOST_BARS) return column(only, colors);
  return table(
    outputs.map((row, index) => [colors.dim(String(index)), [...row].map(number).join('  ')]),
    'rl',
  );
}

function column(row: Float64Array, colors: Colors): string[] {
  const largest = Math.max(...row);
  const reach = Math.max(...row.map(Math.abs)) || 1;
  const lines = Array.from(row, (value, index) => {
    const bar = '━'.repeat(Math.round((BAR * Math.abs(value)) / reach));
    const cells = [String(index), number(value), value < 0 ? colors.dim(bar) : bar];
    return value === largest && row.length > 1 ? cells.map(colors.green) : cells;
  });
  return table(lines, 'rrl');
}

const number = (value: number) => value.toPrecision(8);
