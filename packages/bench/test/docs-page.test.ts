import { expect, test } from 'vitest';
import { docsPage } from '../src/docs-page.ts';
import { sampleResult } from './sample-result.ts';

const page = docsPage(sampleResult);

test('the page names the command, the machine and every figure with its target', () => {
  expect(page).toContain('```sh\nnpx sharemesh bench --quick --filter "<1024>"\n');
  expect(page).toContain('A & B <Processor>, 2 cores');
  expect(page).toContain(
    '| /v1/health p99 during 4096² × 64 rows | **31 ms** | ≤ 25 ms | ≤ 10 ms | missed |',
  );
});

test('all rows of a table have the columns of its head', () => {
  const tables = page
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('|'));
  expect(tables).toHaveLength(4);
  for (const table of tables) {
    const columns = table.split('\n').map((line) => line.split('|').length);
    expect(new Set(columns).size).toBe(1);
  }
});

test('a part that was not measured has no heading', () => {
  expect(docsPage({ ...sampleResult, products: [] })).not.toContain('## W·x');
});
