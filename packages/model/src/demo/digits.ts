import { glyphs } from './glyphs.ts';
import type { Glyph, Point } from './glyphs.ts';
import { seededRandom } from './random.ts';
import type { SeededRandom } from './random.ts';

/** Images are DIGIT_SIZE × DIGIT_SIZE pixels. */
export const DIGIT_SIZE = 16;

const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

/** Straight pieces that a curve between two points is drawn with. */
const PIECES = 4;

/** Drawn digits and what they are. */
export interface DigitSet {
  readonly count: number;
  /** count × 256, row-major; 0 is paper, 1 is ink, in steps of 1/255. */
  readonly images: Float64Array;
  /** 0 … 9, one for each image. */
  readonly labels: Uint8Array;
}

export interface GenerateDigitsOptions {
  /** The same seed draws the same digits, bit for bit, on every machine. */
  readonly seed: number;
  readonly count: number;
}

/**
 * Draw handwriting-like digits: a pen follows the glyph's points, each a little off, under a random slant, size and
 * place, with a random width of the line and a little noise. Only +, −, ×, / and square roots are used, which IEEE 754
 * rounds the same everywhere.
 */
export function generateDigits({ seed, count }: GenerateDigitsOptions): DigitSet {
  const random = seededRandom(seed);
  const images = new Float64Array(count * PIXELS);
  const labels = new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    const digit = random.integer(10);
    labels[k] = digit;
    const ways = glyphs[digit]!;
    images.set(drawGlyph(ways[random.integer(ways.length)]!, random), k * PIXELS);
  }
  return { count, images, labels };
}

function drawGlyph(glyph: Glyph, random: SeededRandom): Float64Array {
  const place = randomPlacement(random);
  const wobble = ([x, y]: Point): Point => [x + random.bell(0.022), y + random.bell(0.022)];
  const pieces = glyph.flatMap((stroke) => smooth(stroke.map((point) => place(wobble(point)))));
  const radius = random.uniform(0.75, 1.25);
  const image = new Float64Array(PIXELS);
  for (let k = 0; k < PIXELS; k++) {
    const distance = distanceTo(pieces, (k % DIGIT_SIZE) + 0.5, Math.floor(k / DIGIT_SIZE) + 0.5);
    // ink fades over one pixel at the edge of the line
    const ink = radius + 0.5 - distance + random.bell(0.04);
    image[k] = Math.round(255 * Math.min(1, Math.max(0, ink))) / 255;
  }
  return image;
}

/** From the unit square to pixels: narrower than tall, slanted, turned a little (by a shear, needing no sine). */
function randomPlacement(random: SeededRandom): (point: Point) => Point {
  const width = random.uniform(8.2, 10.8);
  const height = random.uniform(11, 13);
  const slant = random.bell(1);
  const turn = random.bell(0.4);
  const left = DIGIT_SIZE / 2 + random.bell(0.45);
  const top = DIGIT_SIZE / 2 + random.bell(0.4);
  return ([x, y]) => [
    left + width * (x - 0.5) - slant * (y - 0.5),
    top + height * (y - 0.5) + turn * (x - 0.5),
  ];
}

/** A straight piece of a line: from (x, y) by (dx, dy). */
interface Piece {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** A Catmull–Rom spline through the points, in straight pieces. */
function smooth(points: readonly Point[]): Piece[] {
  const pieces: Piece[] = [];
  for (let k = 0; k + 1 < points.length; k++) {
    const curve = [points[Math.max(k - 1, 0)]!, points[k]!, points[k + 1]!, points[k + 2] ?? points[k + 1]!];
    const at = (axis: 0 | 1, t: number) =>
      catmullRom(
        curve.map((point) => point[axis]),
        t,
      );
    let [x, y] = points[k]!;
    for (let piece = 1; piece <= PIECES; piece++) {
      const dx = at(0, piece / PIECES) - x;
      const dy = at(1, piece / PIECES) - y;
      pieces.push({ x, y, dx, dy });
      x += dx;
      y += dy;
    }
  }
  return pieces;
}

/** The curve between the second and the third of four points, at t in [0, 1], in one coordinate. */
function catmullRom([before = 0, from = 0, to = 0, after = 0]: number[], t: number): number {
  const linear = to - before;
  const quadratic = 2 * before - 5 * from + 4 * to - after;
  const cubic = 3 * (from - to) + after - before;
  return from + 0.5 * t * (linear + t * (quadratic + t * cubic));
}

function distanceTo(pieces: readonly Piece[], px: number, py: number): number {
  let nearest = Infinity;
  for (const { x, y, dx, dy } of pieces) {
    const along = ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy || 1);
    const t = along < 0 ? 0 : along > 1 ? 1 : along;
    const ex = px - x - t * dx;
    const ey = py - y - t * dy;
    const squared = ex * ex + ey * ey;
    if (squared < nearest) nearest = squared;
  }
  return Math.sqrt(nearest);
}
