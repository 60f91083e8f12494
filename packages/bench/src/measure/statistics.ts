/** What a series of samples says, in the unit of the samples. */
export interface Summary {
  readonly median: number;
  /** The tenth and the ninetieth percentile: four of five samples lie between them. */
  readonly p10: number;
  readonly p90: number;
  readonly samples: number;
}

/**
 * The value below which a share `q` of the samples lies, with linear interpolation between neighbours (the definition
 * that Hyndman and Fan call 7, the default of NumPy and R).
 *
 * @param sorted ascending, not empty
 * @param q 0 … 1
 * @throws {RangeError} for no samples
 */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) throw new RangeError('no samples have no quantile');
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}

/** The middle of a series and its spread. @throws {RangeError} for no samples */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    p10: quantile(sorted, 0.1),
    p90: quantile(sorted, 0.9),
    samples: sorted.length,
  };
}

/** The quotient of two medians, and how far it moved from round to round. */
export interface Ratio {
  readonly value: number;
  readonly p10: number;
  readonly p90: number;
}

/**
 * How many times as long `a` takes as `b`. Sample k of both comes from the same round, so that the spread is of quotients
 * taken within a moment of each other, and not of the machine's mood over the run.
 *
 * @throws {RangeError} unless both have the same number of samples
 */
export function ratioOf(a: readonly number[], b: readonly number[]): Ratio {
  if (a.length !== b.length) throw new RangeError(`${a.length} samples do not pair with ${b.length}`);
  const rounds = summarize(a.map((value, k) => value / b[k]!));
  return { value: summarize(a).median / summarize(b).median, p10: rounds.p10, p90: rounds.p90 };
}
