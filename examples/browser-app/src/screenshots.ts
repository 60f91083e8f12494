/**
 * The pictures of the demo page for the READMEs: `npm run screenshots`. Needs a Chromium on the PATH.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startWebDemo } from '../../../packages/cli/src/demo/web/start-web-demo.ts';
import { launchChromium, noChromium } from '../../../tests/browser/support/chromium.ts';
import { draw, handwritten } from '../../../tests/browser/support/handwriting.ts';
import { openPage } from '../../../tests/browser/support/open-page.ts';

interface Scene {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly ciphertext?: boolean;
  /** Show the attack rather than the top of the page. */
  readonly attack?: boolean;
  /** Noise does not compress: pictures with much of it are made smaller. */
  readonly scale?: number;
}

const SCENES: readonly Scene[] = [
  { name: 'demo-wide', width: 1200, height: 980 },
  { name: 'demo-attack', width: 1200, height: 720, attack: true },
  { name: 'demo-dark', width: 1200, height: 980, dark: true },
  { name: 'demo-ciphertext', width: 1200, height: 800, ciphertext: true, scale: 0.6 },
  { name: 'demo-narrow', width: 360, height: 780 },
];

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

if (noChromium) throw new Error(noChromium);
await mkdir(FOLDER, { recursive: true });
const demo = await startWebDemo({ parties: 2, port: 0, report: 'bench.html' });
const browser = await launchChromium();
try {
  for (const scene of SCENES) await photograph(scene);
} finally {
  await browser.close();
  await demo.close();
}

async function photograph({ scale = 0.8, ...scene }: Scene): Promise<void> {
  const { name, width, height, dark, ciphertext, attack } = scene;
  const { page } = await openPage(browser, demo.url, {
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    deviceScaleFactor: scale,
  });
  if (ciphertext) await page.getByText('Ciphertext, one server').click();
  // the second is not slowed by connections being opened
  for (const seed of [2, 1]) {
    await page.locator('#clear').click();
    await draw(page, handwritten(3, seed));
    await page.waitForSelector('body:not([data-busy])');
  }
  if (attack) {
    await page.getByRole('button', { name: 'Server 1 alone' }).click();
    await page.getByLabel('I agree').check();
    await page.getByRole('button', { name: 'All servers together' }).click();
    await page.locator('#attack-title').evaluate((title) => title.scrollIntoView());
  } else {
    await page.evaluate(() => scrollTo(0, 0));
  }
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  console.log(`docs/images/${name}.png`);
  await page.context().close();
}
