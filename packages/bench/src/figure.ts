/** What a figure is held against. */
export interface Target {
  /** Such as `matvec-4096-onnx`. */
  readonly id: string;
  readonly title: string;
  /** Empty: a number of its own, such as an error. */
  readonly unit: '×' | 'ms' | 'MB' | 'kB' | '%' | '';
  readonly better: 'lower' | 'higher';
  /** What a good result is. */
  readonly reach: number;
  /** What no one expects to be passed; absent where there is no such thing. */
  readonly barrier?: number;
}

/** Both sides of a ratio, as they were measured in one run. */
export interface Side {
  readonly title: string;
  /** In `unit` of the sides. */
  readonly value: number;
}

/** A target, and what was measured. */
export interface Figure extends Target {
  readonly value: number;
  /** Where four of five rounds lie. */
  readonly spread?: readonly [p10: number, p90: number];
  readonly sides?: { readonly unit: 'ms' | 'B' | 'MB' | '%' | ''; readonly values: readonly Side[] };
  readonly note?: string;
}

export type Verdict = 'beyond' | 'reached' | 'missed';

/** Beyond the barrier, within reach, or neither. */
export function verdictOf({ value, better, reach, barrier }: Figure): Verdict {
  const meets = (limit: number) => (better === 'lower' ? value <= limit : value >= limit);
  if (barrier !== undefined && meets(barrier)) return 'beyond';
  return meets(reach) ? 'reached' : 'missed';
}

/** A limit as people read it: `≤ 1.05×`, `≥ 15×`, `< 25 ms`. */
export function formatLimit({ unit, better }: Target, limit: number): string {
  return `${better === 'lower' ? '≤' : '≥'} ${formatValue(unit, limit)}`;
}

/** A value in its unit: `0.97×`, `12.4 ms`, `85 MB`. */
export function formatValue(unit: Target['unit'], value: number): string {
  if (unit === '')
    return value === 0 ? '0' : value.toExponential(Number.isInteger(Math.log10(value)) ? 0 : 1);
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  // 1.05 stays, 15.0 does not gain a point
  const number = Number.isInteger(value) ? String(value) : value.toFixed(digits);
  return unit === '×' ? `${number}×` : `${number} ${unit}`;
}
