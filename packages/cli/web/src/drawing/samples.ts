import type { Sample } from '../../../src/demo/web/page-data.ts';
import { element } from '../view/element.ts';
import { createPicture } from '../view/paint.ts';

/** Digits to pick, for those who cannot or would rather not draw. */
export function createSamples(
  list: HTMLElement,
  samples: readonly Sample[],
  onPick: (pixels: Float64Array) => void,
): { repaint(): void } {
  const pictures = samples.map(({ label, pixels }) => {
    const picture = createPicture(Float64Array.from(pixels), '');
    const button = element('button', { type: 'button', className: 'sample' }, picture.canvas);
    button.setAttribute('aria-label', `a written ${label}`);
    button.addEventListener('click', () => onPick(Float64Array.from(pixels)));
    list.append(element('li', {}, button));
    return picture;
  });
  return { repaint: () => pictures.forEach((picture) => picture.repaint()) };
}
