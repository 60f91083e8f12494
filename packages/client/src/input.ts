import { MeshError } from '@sharemesh/wire/errors';

/**
 * Rows of `width` finite numbers, one after the other.
 *
 * Nothing is converted: of null, text, booleans, BigInt and arrays of one number JavaScript makes numbers that nobody
 * meant. Each length and value is read once, so that what was checked is what is used, also where a getter or a proxy
 * answers otherwise the next time. Errors say where, never what.
 *
 * @throws MeshError INVALID_INPUT
 */
export function readRows(rows: readonly ArrayLike<number>[], width: number): Float64Array {
  try {
    return readAll(rows, width);
  } catch (error) {
    if (MeshError.is(error)) throw error;
    // a getter or a proxy of the caller's; what it threw may quote the input
    throw invalid('the input cannot be read');
  }
}

function readAll(rows: readonly unknown[], width: number): Float64Array {
  if (!Array.isArray(rows)) throw invalid('a batch is an array of rows');
  const count = rows.length;
  if (count === 0) throw invalid('a batch has at least one row');
  const list: ArrayLike<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    const row: unknown = rows[i];
    // a string has a length and indices too
    if (typeof row !== 'object' || row === null) throw invalid(`row ${i} is not an array`);
    const { length } = row as ArrayLike<unknown>;
    if (length !== width) throw invalid(`row ${i} has ${String(length)} values, the model takes ${width}`);
    list.push(row as ArrayLike<unknown>);
  }
  const x = new Float64Array(count * width);
  for (const [i, row] of list.entries()) {
    for (let j = 0; j < width; j++) {
      const value = row[j];
      if (!Number.isFinite(value)) {
        throw invalid(`row ${i}, index ${j} holds no finite number (its type is ${typeof value})`);
      }
      x[i * width + j] = value as number;
    }
  }
  return x;
}

const invalid = (message: string) => new MeshError('INVALID_INPUT', message);
