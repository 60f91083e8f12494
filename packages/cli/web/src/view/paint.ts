import { SIDE } from '../drawing/rasterise.ts';
import { element } from './element.ts';

/** Colours from low to high; neighbours are mixed. */
const HEAT = [
  [24, 18, 68],
  [70, 42, 135],
  [49, 104, 160],
  [38, 160, 152],
  [110, 200, 112],
  [245, 226, 95],
] as const;

/** The colour of a value from 0 to 1. */
function heat(value: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, value)) * (HEAT.length - 1);
  const low = Math.min(Math.floor(at), HEAT.length - 2);
  const mix = (channel: 0 | 1 | 2) =>
    HEAT[low]![channel] + (HEAT[low + 1]![channel] - HEAT[low]![channel]) * (at - low);
  return [mix(0), mix(1), mix(2)];
}

/**
 * Paint values as colours, one pixel each, row by row. CSS makes the pixels large.
 * @param values from 0 to 1
 */
export function paintHeat(canvas: HTMLCanvasElement, values: ArrayLike<number>, width: number): void {
  const height = Math.ceil(values.length / width);
  Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  for (let k = 0; k < values.length; k++) image.data.set([...heat(values[k]!), 255], 4 * k);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}

/** Paint a 16×16 picture of ink in the text's colour; it keeps the canvas's own size where that is larger. */
export function paintInk(canvas: HTMLCanvasElement, pixels: ArrayLike<number>): void {
  const context = canvas.getContext('2d')!;
  const cell = canvas.width / SIDE;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = getComputedStyle(canvas).color;
  for (let k = 0; k < pixels.length; k++) {
    context.globalAlpha = Math.min(1, Math.max(0, pixels[k]!));
    context.fillRect((k % SIDE) * cell, Math.floor(k / SIDE) * cell, cell, cell);
  }
  context.globalAlpha = 1;
}

/** A picture of ink. An empty description: it is only decoration, what it shows is said beside it. */
export function createPicture(
  pixels: Float64Array,
  description: string,
): { readonly canvas: HTMLCanvasElement; repaint(): void } {
  const canvas = element('canvas', { width: SIDE, height: SIDE, className: 'picture' });
  describe(canvas, description);
  const repaint = () => paintInk(canvas, pixels);
  // colours are known once it is in the page
  requestAnimationFrame(repaint);
  return { canvas, repaint };
}

/** A map of values from 0 to 1. */
export function createHeatMap(
  values: ArrayLike<number>,
  width: number,
  description: string,
): HTMLCanvasElement {
  const canvas = element('canvas', { className: 'heat' });
  describe(canvas, description);
  paintHeat(canvas, values, width);
  return canvas;
}

function describe(canvas: HTMLCanvasElement, description: string): void {
  if (description === '') return canvas.setAttribute('aria-hidden', 'true');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', description);
}
