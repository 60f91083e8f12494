/**
 * Writes schemas/*.json, openapi.yaml and the table of problems in docs/wire-v1.md from the schemas. With --check it
 * writes nothing and fails when the committed files differ.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { stringify } from 'yaml';
import { kebab, messages } from './messages.ts';
import { openapi } from './openapi.ts';
import { problemTable } from './problem-table.ts';

const root = new URL('../../../', import.meta.url);

function generated(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, schema] of Object.entries(messages)) {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
    const document = { $schema, $id: `urn:sharemesh:v1:${kebab(name)}`, title: name, ...rest };
    files.set(`schemas/${kebab(name)}.json`, `${JSON.stringify(document, null, 2)}\n`);
  }
  const banner = '# Made from the schemas of packages/wire by `npm run generate`; do not edit.\n';
  files.set('openapi.yaml', banner + stringify(openapi(), { lineWidth: 110, aliasDuplicateObjects: false }));

  const page = readFileSync(new URL('docs/wire-v1.md', root), 'utf8');
  const table = /(<!-- problems:start -->\n)[^]*?(<!-- problems:end -->)/;
  files.set(
    'docs/wire-v1.md',
    page.replace(table, (_, start: string, end: string) => `${start}${problemTable()}${end}`),
  );
  return files;
}

const read = (url: URL) => {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [path, text] of generated()) {
  const url = new URL(path, root);
  if (read(url) === text) continue;
  stale.push(path);
  if (check) continue;
  mkdirSync(new URL('.', url), { recursive: true });
  writeFileSync(url, text);
}

process.stdout.write(
  stale.length === 0 ? 'wire: up to date\n' : `wire: ${check ? 'stale' : 'wrote'} ${stale.join(', ')}\n`,
);
if (check && stale.length > 0) process.exitCode = 1;
