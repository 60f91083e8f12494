import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { errorCodes, localErrors, problemTypes } from '../../src/index.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** The TypeScript of all packages and examples, without tests and without the list itself. */
const sources = ['packages', 'examples'].flatMap((group) =>
  readdirSync(join(root, group)).flatMap((name) => {
    const folder = join(root, group, name, 'src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => /\.tsx?$/.test(file) && !/(error-codes|\.generated)\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
  }),
);
const text = sources.join('\n');

/** Codes that stand as the first argument of an error, also where a condition chooses between two. */
const raised = new Set(
  [
    ...text.matchAll(/new (?:MeshError|Refusal)\(\s*(?:[^'",()]*\?\s*)?'([^']+)'(?:\s*:\s*'([^']+)')?/g),
  ].flatMap(([, first, second]) => (second === undefined ? [first!] : [first!, second])),
);

describe('the list of error codes', () => {
  test('has every code that the sources raise', () => {
    expect(raised.size).toBeGreaterThan(50);
    expect([...raised].filter((code) => !(errorCodes as readonly string[]).includes(code))).toEqual([]);
  });

  test('has no local code that the sources never name', () => {
    expect(Object.keys(localErrors).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  test('names each code once, in the form of a problem code', () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
    expect(errorCodes.length).toBe(Object.keys(problemTypes).length + Object.keys(localErrors).length);
    for (const code of errorCodes) expect(code).toMatch(/^[A-Z][A-Z0-9_]{2,63}$/);
  });
});
