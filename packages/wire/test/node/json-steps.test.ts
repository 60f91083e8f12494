// before what it counts the steps of
import { countSteps } from '../../../../tests/support/count-steps.ts';
import { expect, test, vi } from 'vitest';
import { parseJson } from '../../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const tried = (text: string, maxStructure?: number) => () => {
  try {
    parseJson(bytes(text), maxStructure);
  } catch {
    // refused, as it should be: what counts is the work until then
  }
};

test.each<[string, (n: number) => string]>([
  ['brackets', (n) => '['.repeat(n)],
  ['backslashes', (n) => `"${'\\'.repeat(n)}`],
  ['names', (n) => `{${'"a":"'.repeat(n)}`],
  ['quotes', (n) => '"'.repeat(n)],
  ['white space', (n) => `{"a"${' '.repeat(n)}`],
  ['objects', (n) => `[${'{},'.repeat(n)}{}]`],
])('work grows with the length of hostile input, not faster: %s', async (_, make) => {
  await countSteps(tried(make(100)));
  const small = await countSteps(tried(make(1_000)));
  const large = await countSteps(tried(make(20_000)));
  expect(large).toBeLessThan(30 * Math.max(small, 1_000));
});

test.each([
  ['objects', `[${'{},'.repeat(7_200_000)}{}]`],
  ['numbers', `[${'1,'.repeat(10_900_000)}1]`],
  ['strings', `[${'"aaa",'.repeat(3_600_000)}""]`],
  ['white space', `[${' '.repeat(22_000_000)}]`],
  ['digits', '9'.repeat(22_000_000)],
  ['escaped quotes', `"${'\\"'.repeat(11_000_000)}"`],
])('22 MB of %s cost a bounded number of steps, and the parser none', async (_, text) => {
  const parse = vi.spyOn(JSON, 'parse');
  const steps = await countSteps(tried(text, 10_000));
  expect(steps).toBeLessThan(100_000);
  expect(parse.mock.calls.length).toBe(0);
  parse.mockRestore();
});

test('steps are counted one by one: each character of structure is at least one', async () => {
  for (const length of [1_000, 20_000]) {
    const steps = await countSteps(() => parseJson(bytes(`[${' '.repeat(length)}]`)));
    expect(steps).toBeGreaterThan(length);
    expect(steps).toBeLessThan(10 * length);
  }
});
