import type { BenchResult } from '../result.ts';
import type { Key } from './palette.ts';

/** A picture of the report. */
export interface Chart {
  readonly title: string;
  /** What to see in it, in a sentence. */
  readonly caption: string;
  readonly keys: readonly Key[];
  /** An SVG element. */
  readonly svg: string;
}

/** Draws a chart from a result; undefined where the result has nothing to show. */
export type ChartMaker = (result: BenchResult) => Promise<Chart | undefined>;
