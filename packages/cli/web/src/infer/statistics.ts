/** Logits as probabilities. */
export function softmax(logits: Float64Array): Float64Array {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

export const argmax = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((best, value, k) => (value > values[best]! ? k : best), 0);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The largest |a − b|. */
export const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k]!)), 0);
