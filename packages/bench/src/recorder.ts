import type { Figure, Target } from './figure.ts';
import type { Ratio } from './measure/statistics.ts';
import type { CallMeasurement, ProductMeasurement, ThroughputMeasurement } from './result.ts';

/** What the steps of a run find, as they find it. */
export class Recorder {
  readonly figures: Figure[] = [];
  readonly products: ProductMeasurement[] = [];
  readonly calls: CallMeasurement[] = [];
  readonly throughputs: ThroughputMeasurement[] = [];
  readonly notes: string[] = [];

  figure(target: Target, value: number, more: Omit<Figure, keyof Target | 'value'> = {}): void {
    this.figures.push({ ...target, value, ...more });
  }

  /** A figure that is a ratio of times. */
  ratio(
    target: Target,
    { value, p10, p90 }: Ratio,
    more: Omit<Figure, keyof Target | 'value' | 'spread'>,
  ): void {
    this.figure(target, value, { ...more, spread: [p10, p90] });
  }

  /** Said once, however often it is found. */
  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}
