/**
 * One private layer of 784→128 in a browser beside the same in Node, over loopback, against the same two servers, in turns.
 * No test: `npx tsx --conditions=@sharemesh/source tests/browser/measure-private-layer.ts`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '@sharemesh/client/node';
import type { Client } from '@sharemesh/client';
import { createBundle } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { startParties } from 'sharemesh';
import { serveFolder } from '../embedding/support/serve-folder.ts';
import { launchChromium, noChromium } from './support/chromium.ts';

declare global {
  interface Window {
    measure(parties: readonly string[], count: number): Promise<number[]>;
  }
}

const [COLUMNS, ROWS] = [784, 128];
const ROUNDS = 12;
const CALLS = 25;

/** What the page runs: the client that was connected first, timed call by call. */
const PAGE_SCRIPT = `
import { connect } from '@sharemesh/client';
let client;
window.measure = async (parties, count) => {
  client ??= await connect({ parties, model: 'layer', allowColocated: true });
  const x = Float64Array.from({ length: ${COLUMNS} }, Math.random);
  const times = [];
  for (let k = 0; k < count; k++) {
    const started = performance.now();
    await client.infer(x);
    times.push(performance.now() - started);
  }
  return times;
};
`;

if (noChromium) throw new Error(noChromium);
const folder = mkdtempSync(join(tmpdir(), 'sharemesh-layer-'));
await saveBundle(join(folder, 'model'), layerBundle());
writeFileSync(
  join(folder, 'index.html'),
  '<!doctype html><title>layer</title><script type="module" src="page.js"></script>',
);
await build({
  stdin: { contents: PAGE_SCRIPT, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  conditions: ['@sharemesh/source'],
  outfile: join(folder, 'page.js'),
});
const pages = await serveFolder(folder);
const parties = await startParties({
  parties: 2,
  models: [join(folder, 'model')],
  flags: ['--cors-origins', pages.url],
});
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  await page.goto(pages.url);
  const client = await connect({ parties: parties.urls, model: 'layer', allowColocated: true });
  const [inBrowser, inNode]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const [a, b] = [await timeInBrowser(page), await timeInNode(client)];
    // the first round warms up
    if (round === 0) continue;
    inBrowser.push(...a);
    inNode.push(...b);
  }
  await client.close();
  const [browserMs, nodeMs] = [median(inBrowser), median(inNode)];
  console.log(`${COLUMNS}→${ROWS}, two servers, ${inNode.length} calls each in turns of ${CALLS}, medians:`);
  console.log(
    `  Chromium ${browserMs.toFixed(2)} ms   Node ${nodeMs.toFixed(2)} ms   ratio ${(browserMs / nodeMs).toFixed(2)}`,
  );
} finally {
  await browser.close();
  await parties.stop();
  await pages.close();
  rmSync(folder, { recursive: true });
}

function layerBundle() {
  const weights = Float64Array.from({ length: ROWS * COLUMNS }, (_, k) => Math.sin(k) / 28);
  return createBundle({
    modelId: 'layer',
    version: '1',
    weightBits: 28,
    layers: [
      {
        inputSize: COLUMNS,
        outputSize: ROWS,
        weights,
        bias: new Float64Array(ROWS),
        activation: { type: 'relu' },
      },
    ],
  });
}

function timeInBrowser(page: Page): Promise<number[]> {
  return page.evaluate(([urls, count]) => window.measure(urls, count), [parties.urls, CALLS] as const);
}

async function timeInNode(client: Client): Promise<number[]> {
  const x = Float64Array.from({ length: COLUMNS }, Math.random);
  const times: number[] = [];
  for (let k = 0; k < CALLS; k++) {
    const started = performance.now();
    await client.infer(x);
    times.push(performance.now() - started);
  }
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
