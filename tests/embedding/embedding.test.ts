import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
