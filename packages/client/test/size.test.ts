import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Metafile, OutputFile } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Most bytes, minified and gzipped, that a page loads to share additively; the kernels' WebAssembly included. */
const BUDGET = 24_500;

/** The browser entry as a bundler without configuration makes it. */
const bundle = build({
  entryPoints: [new URL('../src/index.ts', import.meta.url).pathname],
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true,
  platform: 'browser',
  conditions: ['@sharemesh/source'],
  outdir: 'out',
  write: false,
  metafile: true,
});

const fileName = (path: string) => path.split('/').at(-1)!;

/** Chunks that come with `entry`: its static imports, and theirs. */
function closure(outputs: Metafile['outputs'], entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const [, output] = Object.entries(outputs).find(([path]) => fileName(path) === entry)!;
  for (const { path, kind } of output.imports) {
    if (kind === 'import-statement') closure(outputs, fileName(path), seen);
  }
  return seen;
}

const gzipped = (files: readonly OutputFile[]) =>
  files.reduce((total, { contents }) => total + gzipSync(contents, { level: 9 }).length, 0);

describe('the browser bundle', () => {
  it('needs nothing of Node, nor a schema library', async () => {
    const { metafile, warnings } = await bundle;
    expect(warnings).toEqual([]);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((path) => path.includes('wasm.generated'))).toBe(true);
    const loaded = Object.entries(metafile.outputs).flatMap(([path, { inputs }]) =>
      closureOf(metafile).has(fileName(path)) ? Object.keys(inputs) : [],
    );
    for (const library of ['zod', 'noble', 'undici', 'ml-matrix']) {
      expect(
        loaded.filter((path) => path.includes(`node_modules/${library}`) || path.includes(`@${library}/`)),
      ).toEqual([]);
    }
  });

  it(`is below ${BUDGET} bytes for additive sharing, kernels included`, async () => {
    const { outputFiles, metafile } = await bundle;
    const loaded = closureOf(metafile);
    expect(gzipped(outputFiles.filter(({ path }) => loaded.has(fileName(path))))).toBeLessThan(BUDGET);
  });
});

const closureOf = ({ outputs }: Metafile) => closure(outputs, 'index.js');
