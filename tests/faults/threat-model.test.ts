import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it.each(['THREAT_MODEL.md', 'SECURITY.md'])('every file that %s points at is there', (page) => {
  const text = readFileSync(new URL(page, root), 'utf8');
  const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  const quoted = [...text.matchAll(/`((?:packages|tests|docs|schemas)\/[^`]+)`/g)].map(([, path]) => path!);
  const missing = [...links.filter((link) => !link.startsWith('http')), ...quoted].filter(
    (path) => !existsSync(fileURLToPath(new URL(path, root))),
  );
  expect(missing).toEqual([]);
});
