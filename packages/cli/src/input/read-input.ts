import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** The text of a file, or of standard input for `-`. */
export async function readInput(source: string): Promise<string> {
  return source === '-' ? text(process.stdin) : readFile(source, 'utf8');
}
