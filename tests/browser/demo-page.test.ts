import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebDemo } from '../../packages/cli/src/demo/web/start-web-demo.ts';
import type { WebDemo } from '../../packages/cli/src/demo/web/start-web-demo.ts';
import { launchChromium, noChromium } from './support/chromium.ts';
import { draw, handwritten } from './support/handwriting.ts';
import { openPage } from './support/open-page.ts';
import { isInference } from './support/sent-bodies.ts';

if (noChromium) console.warn(`tests/browser: skipped, ${noChromium}`);

const WIDE = { viewport: { width: 1280, height: 900 } };
const NARROW = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

describe.skipIf(noChromium)('the page of the demo', () => {
  let demo: WebDemo;
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sharemesh-report-'));
    const report = join(folder, 'bench.html');
    await writeFile(
      report,
      '<!doctype html><title>report</title><style>h1 { color: red }</style><h1>Report</h1>',
    );
    [demo, browser] = await Promise.all([startWebDemo({ parties: 2, port: 0, report }), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
    await rm(folder, { recursive: true });
  });

  const verdict = (page: Page) => page.locator('#status .verdict');
  const settled = (page: Page) =>
    page.waitForFunction(() => document.querySelector('#cost-ckks [data-slot=error]')?.textContent !== '–');

  it('names a drawn 3, split between servers and encrypted, and calls nobody else', async () => {
    const { page, requests, errors, violations } = await openPage(browser, demo.url, WIDE);
    await draw(page, handwritten(3, 1));
    await settled(page);
    expect(await verdict(page).textContent()).toBe('3');
    expect(await page.locator('.server h3').allTextContents()).toEqual(['Server 1', 'Server 2']);
    for (const way of ['shares', 'ckks']) {
      const error = Number(await page.locator(`#cost-${way} [data-slot=error]`).textContent());
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(1e-4);
    }

    await page.getByText('Ciphertext, one server').click();
    expect(await verdict(page).textContent()).toBe('3');
    expect(await page.locator('.server h3').allTextContents()).toEqual(['The bridge']);

    const known = [demo.url, ...demo.parties, demo.bridge];
    const called = new Set(requests.map((request) => new URL(request.url()).origin));
    expect([...called].filter((origin) => !known.includes(origin))).toEqual([]);
    expect(called.size).toBe(known.length);
    expect(errors).toEqual([]);
    expect(await violations()).toEqual([]);
    await page.context().close();
  });

  it('shows exactly what went over the network', async () => {
    const { page, requests } = await openPage(browser, demo.url, WIDE);
    await draw(page, handwritten(7, 2));
    await settled(page);
    for (const [index, origin] of demo.parties.entries()) {
      const sent = requests.find((request) => isInference(request) && request.url().startsWith(origin))!;
      const body = sent.postDataBuffer()!;
      const card = page.locator('.server').nth(index);
      expect(await card.locator('.origin').textContent()).toBe(origin);
      await card.locator('summary').first().click();
      // a <details> is filled a moment after it opens, and a locator waits
      const shown = (await card.locator('pre:not(:empty)').first().textContent())!;
      const tail = body.subarray(Number(sent.headers()['inference-header-content-length']));
      expect(shown.slice(shown.lastIndexOf('}') + 1).replaceAll(/\s/g, '')).toBe(tail.toString('hex'));
      expect(await card.locator('summary').first().textContent()).toContain(body.length.toLocaleString('en'));
    }
    await page.context().close();
  });

  it('gets the digit back from all servers together, and only with consent', async () => {
    const { page } = await openPage(browser, demo.url, WIDE);
    await draw(page, handwritten(3, 3));
    await settled(page);
    const together = page.getByRole('button', { name: 'All servers together' });
    expect(await together.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Server 1 alone' }).click();
    await page.getByRole('button', { name: 'Server 2 alone' }).click();
    await page.getByLabel('I agree').check();
    await together.click();
    const findings = await page.locator('#findings p').allTextContents();
    const correlations = findings.map((text) => Number(/digit: (-?[0-9.]+)\.$/.exec(text)![1]));
    expect(correlations[0]).toBe(1);
    // one drawing has 256 pixels: chance alone gives up to six standard errors, 6/16
    for (const r of correlations.slice(1)) expect(Math.abs(r)).toBeLessThan(0.375);
    await page.context().close();
  });

  it('changes its colours, also of what is drawn already, and remembers them', async () => {
    const { page } = await openPage(browser, demo.url, WIDE);
    await page.getByRole('button', { name: 'a written 3' }).click();
    await settled(page);
    await page.getByLabel('I agree').check();
    await page.getByRole('button', { name: 'All servers together' }).click();
    /** Colours of the ink in the pad, in what the model sees, and in what was reconstructed. */
    const inks = () =>
      page.evaluate(() =>
        ['#pad', '#preview', '#findings canvas'].map((selector) => {
          const canvas = document.querySelector<HTMLCanvasElement>(selector)!;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          const darkest = data.findIndex((value, k) => k % 4 === 3 && value === 255);
          return data[darkest - 1]! > 128 ? 'light' : 'dark';
        }),
      );
    expect(await inks()).toEqual(['dark', 'dark', 'dark']);
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await inks()).toEqual(['light', 'light', 'light']);
    await page.reload();
    await page.waitForSelector('body[data-ready]');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.context().close();
  });

  it('can be used by keyboard alone', async () => {
    const { page } = await openPage(browser, demo.url, WIDE);
    const focused = () =>
      page.evaluate(() => {
        const { ariaLabel, textContent, id } = document.activeElement!;
        return ariaLabel ?? (id || textContent!.trim());
      });
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 40; presses++) {
        if ((await focused()) === name) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab does not lead to ${name}`);
    };
    await tabTo('a written 3');
    await page.keyboard.press('Enter');
    await settled(page);
    expect(await verdict(page).textContent()).toBe('3');
    await tabTo('Server 1 alone');
    await page.keyboard.press('Enter');
    await tabTo('consent');
    await page.keyboard.press('Space');
    await tabTo('attack-all');
    await page.keyboard.press('Enter');
    expect(await page.locator('#findings li').count()).toBe(2);
    await page.locator('input[value=shares]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.server h3').allTextContents()).toEqual(['The bridge']);
    expect(await verdict(page).textContent()).toBe('3');
    await page.context().close();
  });

  it('does the same without WebAssembly where that is refused', async () => {
    const { page, violations } = await openPage(browser, `${demo.url}/?plain`, WIDE);
    expect(await page.locator('#implementation').textContent()).toContain('plain TypeScript');
    await draw(page, handwritten(3, 4));
    await settled(page);
    expect(await verdict(page).textContent()).toBe('3');
    // being refused WebAssembly is the point; there is nothing else
    const others = (await violations()).filter((violation) => !violation.includes('wasm-eval'));
    expect(others).toEqual([]);
    await page.context().close();
  });

  it('leads to the report of a benchmark where there is one', async () => {
    const { page, errors } = await openPage(browser, demo.url, WIDE);
    await page.getByRole('link', { name: /benchmark/ }).click();
    await page.getByRole('heading', { name: 'Report' }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['wide', WIDE],
    ['narrow', NARROW],
    ['dark', { ...WIDE, colorScheme: 'dark' as const }],
  ])('has nothing that axe objects to: %s', async (_, options) => {
    const { page } = await openPage(browser, demo.url, options);
    const objections = async () => {
      const results = await page.evaluate<AxeResults>(`${axe.source}; axe.run()`);
      expect(results.passes.length).toBeGreaterThan(10);
      return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    };
    await page.getByRole('button', { name: 'a written 3' }).click();
    await settled(page);
    await page.getByRole('button', { name: 'Server 1 alone' }).click();
    await page.locator('.server summary').first().click();
    // bars grow for a moment
    await page.waitForFunction(() => document.getAnimations().length === 0);
    expect(await objections()).toEqual([]);
    await page.getByText('Ciphertext, one server').click();
    expect(await objections()).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await page.context().close();
  });
});
