import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Most bytes, minified and gzipped, that a page loads; the kernels' WebAssembly included. */
const budgets = {
  /** To share additively. */
  shares: 20_000,
  /** What ciphertexts take on top of it, on demand. */
  ckks: 35_000,
  both: 60_000,
};

/** The browser entry as a bundler without configuration makes it. */
const { metafile, outputFiles, warnings } = await build({
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

const chunks: Readonly<Record<string, Metafile['outputs'][string]>> = Object.fromEntries(
  Object.entries(metafile.outputs).map(([path, output]) => [fileName(path), output]),
);

/** Chunks that come with `entry`: its static imports, and theirs. */
function closure(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const { path, kind } of chunks[entry]!.imports) {
    if (kind === 'import-statement') closure(fileName(path), seen);
  }
  return seen;
}

const sourcesOf = (names: ReadonlySet<string>) =>
  [...names].flatMap((name) => Object.keys(chunks[name]!.inputs));

const gzipped = (names: ReadonlySet<string>) =>
  outputFiles
    .filter(({ path }) => names.has(fileName(path)))
    .reduce((total, { contents }) => total + gzipSync(contents, { level: 9 }).length, 0);

const shares = closure('index.js');
const ckksEntry = Object.keys(chunks).find((name) =>
  chunks[name]!.entryPoint?.endsWith('client/src/ckks/rlwe-backend.ts'),
)!;
const withCkks = closure(ckksEntry, new Set(shares));
const ckks = new Set([...withCkks].filter((name) => !shares.has(name)));

describe('the browser bundle', () => {
  it('needs nothing of Node, nor a schema library', () => {
    expect(warnings).toEqual([]);
    const loaded = sourcesOf(shares);
    for (const library of ['zod', 'noble', 'undici', 'ml-matrix']) {
      expect(
        loaded.filter((path) => path.includes(`node_modules/${library}`) || path.includes(`@${library}/`)),
      ).toEqual([]);
    }
  });

  it('has the kernels on vectors at once, those on matrices and polynomials on demand', () => {
    const embedded = (names: ReadonlySet<string>) =>
      sourcesOf(names).filter((path) => path.endsWith('.generated.ts'));
    expect(embedded(shares)).toEqual([expect.stringContaining('field/wasm-vector.generated.ts')]);
    expect(embedded(ckks)).toEqual([expect.stringContaining('rlwe/wasm.generated.ts')]);
  });

  it('loads what checks replies on demand', () => {
    const loaded = sourcesOf(shares);
    for (const path of [
      'cross-checks.ts',
      'reply-checks.ts',
      'verification.ts',
      'require-receipts.ts',
      'ed25519.ts',
    ]) {
      expect(loaded.filter((source) => source.endsWith(path))).toEqual([]);
      expect(sourcesOf(new Set(Object.keys(chunks))).some((source) => source.endsWith(path))).toBe(true);
    }
  });

  it(`is below ${budgets.shares} bytes for additive sharing, kernels included`, () => {
    expect(gzipped(shares)).toBeLessThan(budgets.shares);
  });

  it(`is below ${budgets.ckks} bytes more for ciphertexts, and below ${budgets.both} with them`, () => {
    expect(gzipped(ckks)).toBeGreaterThan(0);
    expect(gzipped(ckks)).toBeLessThan(budgets.ckks);
    expect(gzipped(withCkks)).toBeLessThan(budgets.both);
  });
});
