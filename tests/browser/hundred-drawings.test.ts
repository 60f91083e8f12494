import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { correlation } from '../../packages/cli/src/demo/collusion.ts';
import { startWebDemo } from '../../packages/cli/src/demo/web/start-web-demo.ts';
import type { WebDemo } from '../../packages/cli/src/demo/web/start-web-demo.ts';
import { launchChromium, noChromium } from './support/chromium.ts';
import { draw, handwritten } from './support/handwriting.ts';
import { openPage } from './support/open-page.ts';
import type { OpenedPage } from './support/open-page.ts';
import { isInference, readSent, shareOf } from './support/sent-bodies.ts';
import type { SentBody } from './support/sent-bodies.ts';

if (noChromium) console.warn(`tests/browser: skipped, ${noChromium}`);

const DRAWINGS = 100;
const PIXELS = 256;

/**
 * The most that what a server receives may correlate with the drawings. A correlation of independent values over n pairs
 * has the standard error 1/√n; here n = 100·256, so this is eight of them: by chance, once in 10^15 times.
 */
const LIMIT = 0.05;

/** Everything about one drawing: what the model was to see, and what was sent for it. */
interface Drawn {
  readonly pixels: readonly number[];
  readonly verdict: string;
  readonly sent: readonly SentBody[];
}

describe.skipIf(noChromium)('one hundred drawings', () => {
  let demo: WebDemo;
  let browser: Browser;
  let drawings: Drawn[];

  beforeAll(async () => {
    [demo, browser] = await Promise.all([
      startWebDemo({ parties: 2, port: 0, report: 'absent' }),
      launchChromium(),
    ]);
    drawings = await drawMany(await openPage(browser, demo.url));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  /** Pixels of all drawings, one after the other. */
  const ink = () => drawings.flatMap(({ pixels }) => pixels);
  const sentTo = (origin: string) => drawings.map(({ sent }) => sent.find((body) => body.origin === origin)!);

  it('are mostly recognised', () => {
    const right = drawings.filter(({ verdict }, k) => verdict === String(k % 10));
    expect(right.length).toBeGreaterThanOrEqual(90);
  });

  it('leave no trace in what a single share server receives, element by element and byte by byte', async () => {
    for (const origin of demo.parties) {
      const shares = await Promise.all(sentTo(origin).map((body) => shareOf(body, demo.modelDigest, PIXELS)));
      const elements = shares.flatMap((share) => Array.from(share, Number));
      expect(elements).toHaveLength(DRAWINGS * PIXELS);
      expect(Math.abs(correlation(elements, ink()))).toBeLessThan(LIMIT);
      for (let place = 0; place < 8; place++) {
        const bytes = shares.flatMap((share) =>
          Array.from(share, (element) => Number((element >> BigInt(8 * place)) & 255n)),
        );
        expect(Math.abs(correlation(bytes, ink()))).toBeLessThan(LIMIT);
      }
    }
  });

  it('leave no trace in the ciphertexts', () => {
    const payloads = sentTo(demo.bridge).map(({ payload }) => payload);
    // behind the header, which is the same every time
    for (let start = 64; start + PIXELS <= payloads[0]!.length; start += 8 * PIXELS) {
      const bytes = payloads.flatMap((payload) => [...payload.subarray(start, start + PIXELS)]);
      expect(Math.abs(correlation(bytes, ink()))).toBeLessThan(LIMIT);
    }
  });

  it('are in the shares of all servers together: the measure does see what is there', async () => {
    const P = 2n ** 61n - 1n;
    const [first, second] = demo.parties.map(sentTo) as [SentBody[], SentBody[]];
    const sums = await Promise.all(
      first.map(async (body, k) => {
        const a = await shareOf(body, demo.modelDigest, PIXELS);
        const b = await shareOf(second[k]!, demo.modelDigest, PIXELS);
        return Array.from(a, (element, i) => Number((element + b[i]!) % P));
      }),
    );
    expect(correlation(sums.flat(), ink())).toBeGreaterThan(0.999);
  });
});

async function drawMany({ page, requests }: OpenedPage): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  // the page gives the pad's pointer, the mouse's, to it only once there is a mouse
  await draw(page, handwritten(0, 0));
  for (let k = 0; k < DRAWINGS; k++) {
    const { pixels, verdict } = await page.evaluate(drawAtOnce, handwritten(k % 10, k));
    // a digit of two strokes is sent after each of them; the last to each server is the whole
    const last = new Map(
      requests.filter(isInference).map((request) => [new URL(request.url()).origin, request]),
    );
    drawn.push({ pixels, verdict, sent: [...last.values()].map(readSent) });
  }
  return drawn;
}

/** In the page: what a mouse would cause, without a hundred waits for the next frame. */
async function drawAtOnce(strokes: readonly (readonly (readonly [number, number])[])[]) {
  document.querySelector<HTMLElement>('#clear')!.click();
  const pad = document.querySelector<HTMLCanvasElement>('#pad')!;
  const box = pad.getBoundingClientRect();
  const send = (type: string, [x, y]: readonly [number, number]) =>
    pad.dispatchEvent(
      new PointerEvent(type, {
        pointerId: 1,
        clientX: box.left + x * box.width,
        clientY: box.top + y * box.height,
      }),
    );
  for (const stroke of strokes) {
    send('pointerdown', stroke[0]!);
    for (const corner of stroke) send('pointermove', corner);
    send('pointerup', stroke.at(-1)!);
  }
  while (document.body.hasAttribute('data-busy')) await new Promise((resolve) => setTimeout(resolve, 5));
  const preview = document.querySelector<HTMLCanvasElement>('#preview')!;
  const { data } = preview.getContext('2d')!.getImageData(0, 0, preview.width, preview.height);
  return {
    pixels: Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]!),
    verdict: document.querySelector('#status .verdict')!.textContent!,
  };
}
