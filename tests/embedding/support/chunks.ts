import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { BuildOptions, Metafile, OutputFile } from 'esbuild';

/** A bundle in chunks, some of them loaded on demand. */
export interface Chunks {
  /** What a page loads to begin with: the entry, and what it imports statically. */
  readonly initial: readonly OutputFile[];
  /** All that `load` adds, for a dynamic import whose chunk's name begins so. */
  onDemand(name: string): readonly OutputFile[];
  readonly metafile: Metafile;
}

/** Bundle an entry as a page would get it: minified, in chunks. */
export async function bundleInChunks(options: BuildOptions): Promise<Chunks> {
  const { outputFiles, metafile, warnings } = await build({
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
    ...options,
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
  const outputs = new Map(
    Object.entries(metafile!.outputs).map(([path, output]) => [basename(path), output]),
  );
  const withImports = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const { path, kind } of outputs.get(name)!.imports) {
      if (kind === 'import-statement') withImports(basename(path), seen);
    }
    return seen;
  };
  const entry = [...outputs].find(
    ([, { entryPoint }]) => entryPoint !== undefined && !isLazy(entryPoint),
  )![0];
  function isLazy(entryPoint: string): boolean {
    return Object.values(metafile!.inputs).some(({ imports }) =>
      imports.some(({ kind, path }) => kind === 'dynamic-import' && path === entryPoint),
    );
  }
  const first = withImports(entry);
  const files = (names: ReadonlySet<string>) => outputFiles!.filter(({ path }) => names.has(basename(path)));
  return {
    initial: files(first),
    onDemand(prefix) {
      const name = [...outputs.keys()].find((candidate) => candidate.startsWith(`${prefix}-`));
      if (name === undefined) throw new Error(`there is no chunk ${prefix}`);
      return files(new Set([...withImports(name)].filter((chunk) => !first.has(chunk))));
    },
    metafile: metafile!,
  };
}

/** Bytes on the wire: each file on its own, as a server compresses it. */
export const gzipped = (files: readonly OutputFile[]): number =>
  files.reduce((total, { contents }) => total + gzipSync(contents, { level: 9 }).length, 0);
