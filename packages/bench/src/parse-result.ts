import { RESULT_FORMAT } from './result.ts';
import type { BenchResult } from './result.ts';

/** A result from the text of a file that `--json` wrote. @throws {SyntaxError} for anything else */
export function parseResult(text: string): BenchResult {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== RESULT_FORMAT) {
    throw new SyntaxError(`not a result of this version of the bench: its format is not ${RESULT_FORMAT}`);
  }
  return value as BenchResult;
}
