import { paintInk } from '../view/paint.ts';
import type { Point, Stroke } from './rasterise.ts';

export interface Pad {
  /** Show a picture in place of strokes. */
  show(pixels: Float64Array): void;
  clear(): void;
  /** After a change of colours. */
  repaint(): void;
}

/** Width of the line, in parts of the pad's side. */
const PEN = 0.055;

/** A canvas to draw on with a mouse, a pen or a finger; tells of all strokes after every change. */
export function createPad(canvas: HTMLCanvasElement, onStrokes: (strokes: readonly Stroke[]) => void): Pad {
  const context = canvas.getContext('2d')!;
  let strokes: Point[][] = [];
  let shown: Float64Array | undefined;
  let drawing: number | undefined;

  const repaint = () => {
    if (shown) return paintInk(canvas, shown);
    const { width } = canvas;
    context.clearRect(0, 0, width, width);
    Object.assign(context, {
      strokeStyle: getComputedStyle(canvas).color,
      lineWidth: PEN * width,
      lineCap: 'round',
      lineJoin: 'round',
    });
    for (const stroke of strokes) {
      context.beginPath();
      const [start] = stroke as [Point];
      context.moveTo(start.x * width, start.y * width);
      for (const { x, y } of stroke) context.lineTo(x * width, y * width);
      context.stroke();
    }
  };

  const place = ({ clientX, clientY }: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    const within = (value: number) => Math.min(1, Math.max(0, value));
    return { x: within((clientX - box.left) / box.width), y: within((clientY - box.top) / box.height) };
  };

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || drawing !== undefined) return;
    drawing = event.pointerId;
    canvas.setPointerCapture(drawing);
    if (shown) strokes = [];
    shown = undefined;
    strokes.push([place(event)]);
    repaint();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== drawing) return;
    const moves = event.getCoalescedEvents();
    strokes.at(-1)!.push(...(moves.length > 0 ? moves : [event]).map(place));
    repaint();
  });
  const end = (event: PointerEvent) => {
    if (event.pointerId !== drawing) return;
    drawing = undefined;
    onStrokes(strokes);
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);

  return {
    show(pixels) {
      strokes = [];
      shown = pixels;
      canvas.width = canvas.height = PAD_PIXELS;
      repaint();
    },
    clear() {
      strokes = [];
      shown = undefined;
      repaint();
    },
    repaint,
  };
}

/** Of the canvas; CSS scales it. */
const PAD_PIXELS = 640;
