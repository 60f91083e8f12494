import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import type { Lab } from '../../suite.ts';
import { ckksTargets } from './targets.ts';

/** What a page loads, on demand, to use ciphertexts: the browser entry of the client as a bundler makes it. */
export async function measureBundle({ record }: Lab): Promise<void> {
  const esbuild = await import('esbuild').catch(() => undefined);
  if (!esbuild) return record.note('esbuild is not installed, so the size of the page is not measured.');
  const { metafile, outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(import.meta.resolve('@sharemesh/client'))],
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    conditions: process.execArgv.includes('--conditions=@sharemesh/source') ? ['@sharemesh/source'] : [],
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const chunks = new Map(Object.entries(metafile.outputs).map(([path, chunk]) => [nameOf(path), chunk]));
  const shares = closure(chunks, 'index.js');
  const entry = [...chunks.keys()].find((name) =>
    /client\/(src|dist)\/ckks\/rlwe-backend\.[jt]s$/.test(chunks.get(name)!.entryPoint ?? ''),
  );
  if (entry === undefined) throw new Error('the client loads ciphertexts no longer on demand');
  const added = closure(chunks, entry, new Set(shares));
  const bytes = outputFiles
    .filter(({ path }) => added.has(nameOf(path)) && !shares.has(nameOf(path)))
    .reduce((total, { contents }) => total + gzipSync(contents, { level: 9 }).length, 0);
  record.figure(ckksTargets.bundle, bytes / 1_000);
}

const nameOf = (path: string) => path.split('/').at(-1)!;

/** A chunk and those that come with it. */
function closure(
  chunks: ReadonlyMap<string, Metafile['outputs'][string]>,
  entry: string,
  seen = new Set<string>(),
): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const { path, kind } of chunks.get(entry)!.imports) {
    if (kind === 'import-statement') closure(chunks, nameOf(path), seen);
  }
  return seen;
}
