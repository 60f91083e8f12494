/** A place on the pad, in parts of its side: x to the right, y down. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the pen went without leaving the paper. */
export type Stroke = readonly Point[];

/** Images are SIDE × SIDE pixels. */
export const SIDE = 16;

/** The digits that the model was trained on: about so tall, at most so wide, in the middle, with such a pen; in pixels. */
const HEIGHT = 11;
const WIDTH = 7.5;
const PEN_RADIUS = 1;

/**
 * What the model is to see of a drawing: its strokes moved to the middle and scaled to the size of the training's digits,
 * drawn with the training's pen. Wide writing is made narrower, as the training's is.
 *
 * @returns 256 values from 0, paper, to 1, ink, row-major, in steps of 1/255
 */
export function rasterise(strokes: readonly Stroke[]): Float64Array {
  const image = new Float64Array(SIDE * SIDE);
  const points = strokes.flat();
  if (points.length === 0) return image;
  const place = placement(points);
  const placed = strokes.map((stroke) => stroke.map(place));
  for (let k = 0; k < image.length; k++) {
    const pixel = { x: (k % SIDE) + 0.5, y: Math.floor(k / SIDE) + 0.5 };
    const distance = Math.min(...placed.map((stroke) => distanceToStroke(pixel, stroke)));
    // ink fades over one pixel at the edge of the line
    const ink = Math.min(1, Math.max(0, PEN_RADIUS + 0.5 - distance));
    image[k] = Math.round(255 * ink) / 255;
  }
  return image;
}

function placement(points: readonly Point[]): (point: Point) => Point {
  const [left, right] = range(points.map(({ x }) => x));
  const [top, bottom] = range(points.map(({ y }) => y));
  // a dot is not blown up to a blot
  const scale = HEIGHT / Math.max(bottom - top, (right - left) * 0.6, 0.05);
  const scaleX = Math.min(scale, WIDTH / Math.max(right - left, 0.01));
  return ({ x, y }) => ({
    x: SIDE / 2 + (x - (left + right) / 2) * scaleX,
    y: SIDE / 2 + (y - (top + bottom) / 2) * scale,
  });
}

const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

function distanceToStroke(to: Point, stroke: Stroke): number {
  let nearest = Infinity;
  stroke.forEach((end, k) => {
    nearest = Math.min(nearest, distanceToLine(to, stroke[k - 1] ?? end, end));
  });
  return nearest;
}

function distanceToLine(to: Point, start: Point, end: Point): number {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const along = ((to.x - start.x) * dx + (to.y - start.y) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(to.x - start.x - t * dx, to.y - start.y - t * dy);
}
