// Writes docs/benchmarks.md from what `sharemesh bench --json FILE` measured: npm run bench:docs -- FILE
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { docsPage } from '../src/docs-page.ts';
import { parseResult } from '../src/parse-result.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('which result? npm run bench:docs -- FILE.json');
// npm runs scripts in the package's folder; the file is named from where the command was typed
const from = process.env['INIT_CWD'] ?? process.cwd();
const result = parseResult(readFileSync(resolve(from, file), 'utf8'));
writeFileSync(new URL('../../../docs/benchmarks.md', import.meta.url), docsPage(result));
