import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array | string;
  /** In place of the page's own Content Security Policy. */
  readonly policy?: string;
}

/** Where the page's sources are, the same from src and from dist. */
const SOURCES = fileURLToPath(new URL('../../../web/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * The page's files by their paths. Packages resolve as they did for this process: to their sources in a checkout, to
 * what is built of them where the command is installed.
 */
export async function bundlePage(): Promise<Map<string, PageFile>> {
  const fromSource = import.meta.url.endsWith('.ts');
  const { outputFiles } = await build({
    entryPoints: ['src/main.ts', 'style.css'],
    absWorkingDir: SOURCES,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: fromSource ? ['@sharemesh/source'] : [],
    entryNames: '[name]',
    outdir: 'out',
    write: false,
    logLevel: 'silent',
  });
  const files = new Map<string, PageFile>();
  for (const { path, contents } of outputFiles) {
    const name = path.split(/[/\\]/).at(-1)!;
    files.set(`/${name}`, { type: typeOf(name), body: contents });
  }
  for (const [path, name] of [
    ['/', 'index.html'],
    ['/icon.svg', 'icon.svg'],
  ] as const) {
    files.set(path, { type: typeOf(name), body: await readFile(SOURCES + name) });
  }
  return files;
}

const typeOf = (name: string) => TYPES[name.split('.').at(-1)!]!;
