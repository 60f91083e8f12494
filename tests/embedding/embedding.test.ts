import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, noChromium } from '../browser/support/chromium.ts';
import { openPage } from '../browser/support/open-page.ts';
import { bundleInChunks, gzipped } from './support/chunks.ts';
import type { Chunks } from './support/chunks.ts';
import { freePorts, run, start } from './support/commands.ts';
import type { RunningCommand } from './support/commands.ts';
import { createPackedProject } from './support/packed-project.ts';
import type { PackedProject } from './support/packed-project.ts';
import { serveFolder } from './support/serve-folder.ts';
import type { FolderServer } from './support/serve-folder.ts';
import { readSnippets, replaceWords } from './support/snippets.ts';

const PAGE = fileURLToPath(new URL('../../docs/embedding.md', import.meta.url));

/** Bytes, minified and gzipped; docs/embedding.md promises them. */
const SHARES_LIMIT = 20_000;
const ENCRYPTION_LIMIT = 60_000;

/** sigmoid(0.8·0.5 − 1.2·1 − 0.5·2 + 2·0.25 − 0.25) */
const EXPECTED = 1 / (1 + Math.exp(1.55));

/** The TypeScript of are-the-types-wrong, 5.6: the oldest that the types are meant for, and without generic typed arrays. */
const OLD_TSC = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/core')).resolve(
  'typescript/lib/tsc.js',
);

/** Every entry that an app uses, but for the servers: Hono's types need TypeScript 5.7. */
const TYPED = `
import { MeshError, connect, fetchTransport } from '@sharemesh/client';
import type { ErrorCode, InferenceReport, Transport } from '@sharemesh/client';
import * as node from '@sharemesh/client/node';
import * as receipts from '@sharemesh/client/receipts';
import * as kernels from '@sharemesh/kernels';
import * as model from '@sharemesh/model';
import * as modelNode from '@sharemesh/model/node';
import * as reference from '@sharemesh/model/reference';
import * as rlwe from '@sharemesh/rlwe';
import * as shares from '@sharemesh/shares';
import * as trust from '@sharemesh/trust';
import * as trustNode from '@sharemesh/trust/node';
import * as wire from '@sharemesh/wire';

export async function infer(x: Float64Array): Promise<InferenceReport | ErrorCode> {
  try {
    const client = await connect({
      parties: ['https://a.example', 'https://b.example', 'https://c.example'],
      model: { id: 'm' },
      sharing: { scheme: 'shamir', threshold: 2, surplus: 'detect' },
      verification: 'cross',
    });
    const { output, report } = await client.infer(x);
    return output[0]! > 0 ? report : client.excluded[0]!.code;
  } catch (error) {
    if (MeshError.is(error)) return error.code;
    throw error;
  }
}
// @ts-expect-error no error has this code: the types are looked at
export const wrong: ErrorCode = 'NO_SUCH_CODE';
export const transports: (() => Transport)[] = [fetchTransport, node.undiciTransport];
export { kernels, model, modelNode, receipts, reference, rlwe, shares, trust, trustNode, wire };
`;

if (noChromium) console.warn(`tests/embedding: pages are built but not opened, ${noChromium}`);

describe('docs/embedding.md, followed with the packages as they are published', () => {
  let project: PackedProject;
  let pages: FolderServer;
  let browser: Browser | undefined;
  let printed: string[];
  const servers: RunningCommand[] = [];

  beforeAll(async () => {
    project = createPackedProject();
    const { folder } = project;
    pages = await serveFolder(folder);
    const [one, two, three] = await freePorts(3);
    const {
      files,
      commands,
      servers: services,
    } = replaceWords(readSnippets(PAGE), {
      4001: String(one),
      4002: String(two),
      4003: String(three),
      'http://localhost:5173': pages.url,
    });
    project.write(files);
    printed = [];
    for (const command of commands) printed.push(await run(command, folder));
    for (const command of services) servers.push(await start(command, folder));
    if (!noChromium) browser = await launchChromium();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await Promise.all(servers.map((server) => server.stop()));
    project?.remove();
  });

  /** What a page says in the end, and what else it said. */
  const answerOf = async (path: string): Promise<number> => {
    const page = await browser!.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${pages.url}${path}`);
    await page.waitForFunction(() => /^[0-9]/.test(document.querySelector('#answer')?.textContent ?? ''));
    const text = await page.locator('#answer').textContent();
    await page.close();
    expect(errors).toEqual([]);
    return Number.parseFloat(text!);
  };

  /** A page around a script. */
  const page = (script: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8" /><title>test</title></head>
<body><p id="answer">…</p><script type="module" src="${script}"></script></body></html>`;

  const viteBuilds = async (html: string, out: string) => {
    const root = project.folder;
    // no configuration: only where things are
    await viteBuild({
      root,
      base: `/${out}/`,
      configFile: false,
      logLevel: 'error',
      build: { outDir: out, rolldownOptions: { input: join(root, html) } },
    });
    return `/${out}/${html}`;
  };

  it('makes a model and says its digest', () => {
    expect(printed[0]).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect(existsSync(join(project.folder, 'risk/weights.bin'))).toBe(true);
  });

  it('works built by vite', async () => {
    const path = await viteBuilds('index.html', 'dist');
    if (browser) expect(await answerOf(path)).toBeCloseTo(EXPECTED, 6);
  });

  it('works built by esbuild', async () => {
    project.write({ 'esbuild.html': page('/built/main.js') });
    if (browser) expect(await answerOf('/esbuild.html')).toBeCloseTo(EXPECTED, 6);
  });

  it('works straight as an ES module', async () => {
    expect(existsSync(join(project.folder, 'public/sharemesh.js'))).toBe(true);
    if (browser) expect(await answerOf('/public/plain.html')).toBeCloseTo(EXPECTED, 6);
  });

  it('works in a worker, built by vite', async () => {
    project.write({ 'worker.html': page('/with-worker.js') });
    const path = await viteBuilds('worker.html', 'dist-worker');
    if (browser) expect(await answerOf(path)).toBeCloseTo(EXPECTED, 6);
  });

  it('works with encryption, loaded on demand', async () => {
    project.write({ 'encrypted.html': page('/encrypted.js') });
    const path = await viteBuilds('encrypted.html', 'dist-encrypted');
    if (browser) expect(await answerOf(path)).toBeCloseTo(EXPECTED, 4);
  });

  it('explains failures', async () => {
    const failures = (await import(join(project.folder, 'failures.js'))) as { nobodyThere: string };
    expect(failures.nobodyThere).toMatch(/^A server cannot be reached/);
  });

  it('tells of its progress', async () => {
    const { phases } = (await import(join(project.folder, 'progress.js'))) as { phases: string[] };
    expect(phases).toEqual(
      ['encode', 'share', 'send', 'reconstruct', 'decode', 'activate'].map((phase) => `1/1 ${phase}`),
    );
  });

  it('has the page of the demo, as installed', async () => {
    const [port] = await freePorts(1);
    const command = await start(`npx sharemesh demo --web --port ${port}`, project.folder);
    try {
      const { status } = await fetch(`http://127.0.0.1:${port}/main.js`);
      expect(status).toBe(200);
      if (!browser) return;
      const { page, errors } = await openPage(browser, `http://127.0.0.1:${port}`);
      await page.getByRole('button', { name: 'a written 8' }).click();
      await page.waitForSelector('body:not([data-busy])');
      expect(await page.locator('#status .verdict').textContent()).toBe('8');
      expect(errors).toEqual([]);
      await page.context().close();
    } finally {
      await command.stop();
    }
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'has types for TypeScript 5.6, without skipLibCheck, as module %s',
    async (module, resolution) => {
      project.write({ 'types.ts': TYPED });
      const words = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
      const target = ['--target', 'es2022', '--lib', 'es2022,dom,dom.iterable'];
      const modules = ['--module', module, '--moduleResolution', resolution, 'types.ts'];
      const compiled = promisify(execFile)(process.execPath, [OLD_TSC, ...words, ...target, ...modules], {
        cwd: project.folder,
      });
      expect(await compiled.catch((error: { stdout: string }) => error)).toMatchObject({ stdout: '' });
    },
    180_000,
  );

  describe('the size', () => {
    let chunks: Chunks;
    beforeAll(async () => {
      chunks = await bundleInChunks({
        absWorkingDir: project.folder,
        entryPoints: ['@sharemesh/client'],
      });
    });

    it(`is below ${SHARES_LIMIT} bytes for shares`, () => {
      expect(gzipped(chunks.initial)).toBeLessThan(SHARES_LIMIT);
    });

    it(`is below ${ENCRYPTION_LIMIT} bytes with encryption`, () => {
      expect(gzipped([...chunks.initial, ...chunks.onDemand('rlwe-backend')])).toBeLessThan(ENCRYPTION_LIMIT);
    });
  });
});
