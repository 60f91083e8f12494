import * as vega from 'vega';

/** The part of Vega's scenegraph that is not in its types. */
interface TextMetrics {
  width(item: { readonly fontSize?: number }, text: unknown): number;
}

/** Of a sans serif's characters, on average, in parts of the font's size. */
const AVERAGE_WIDTH = 0.56;

/**
 * Let Vega take text to be as wide as it will be. Where there is no canvas to measure with it takes every character for
 * 0.8 of the font's size, and leaves margins in which half the drawing is lost.
 */
export function guessTextWidths(): void {
  const { textMetrics } = vega as unknown as { readonly textMetrics: TextMetrics };
  textMetrics.width = ({ fontSize = 11 }, text) => {
    const lines = Array.isArray(text) ? text.map(String) : [String(text)];
    return Math.max(...lines.map((line) => line.length)) * fontSize * AVERAGE_WIDTH;
  };
}
