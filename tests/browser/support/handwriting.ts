import { seededRandom } from '@sharemesh/model/demo';
import type { Page } from 'playwright-core';

type Place = readonly [x: number, y: number];

/** How a hand writes each digit, in parts of the pad: strokes of corners, joined by straight lines. */
const HAND: readonly string[] = [
  '.5,.1 .3,.2 .25,.5 .3,.8 .5,.9 .7,.8 .75,.5 .7,.2 .5,.1',
  '.4,.25 .55,.1 .55,.9',
  '.25,.28 .36,.14 .55,.1 .72,.2 .7,.4 .5,.64 .25,.88 .8,.88',
  '.25,.2 .45,.1 .68,.18 .66,.38 .45,.48 .68,.56 .74,.74 .55,.9 .25,.84',
  '.58,.1 .22,.66 .84,.66|.66,.4 .66,.92',
  '.76,.12 .32,.12 .28,.46 .52,.4 .74,.55 .73,.78 .5,.9 .25,.83',
  '.68,.12 .44,.24 .28,.5 .27,.76 .48,.9 .71,.8 .7,.6 .5,.52 .3,.64',
  '.22,.12 .8,.12 .6,.45 .44,.9',
  '.5,.48 .3,.32 .33,.15 .5,.1 .67,.15 .7,.32 .5,.48 .27,.68 .31,.85 .5,.91 .69,.85 .73,.68 .5,.48',
  '.72,.34 .52,.48 .3,.38 .31,.18 .53,.1 .7,.18 .72,.34 .68,.64 .56,.9',
];

/** Strokes of a digit, each corner a little off; the same for the same seed. */
export function handwritten(digit: number, seed: number): Place[][] {
  const random = seededRandom(seed);
  const wobble = (value: number) => value + random.bell(0.012);
  return HAND[digit]!.split('|').map((stroke) =>
    stroke.split(' ').map((corner): Place => {
      const [x, y] = corner.split(',').map(Number) as [number, number];
      return [wobble(x), wobble(y)];
    }),
  );
}

/** Draw on the page's pad with the mouse. */
export async function draw(page: Page, strokes: readonly (readonly Place[])[]): Promise<void> {
  const pad = page.locator('#pad');
  await pad.scrollIntoViewIfNeeded();
  const box = (await pad.boundingBox())!;
  const move = ([x, y]: Place) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  for (const stroke of strokes) {
    await move(stroke[0]!);
    await page.mouse.down();
    for (const corner of stroke.slice(1)) await move(corner);
    await page.mouse.up();
  }
}
