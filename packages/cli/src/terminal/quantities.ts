/** Bytes for people: exact below 100 kB, where the difference of a few matters. */
export function bytes(count: number): string {
  if (count < 100_000) return `${count.toLocaleString('en-US')} B`;
  return count < 1e8 ? `${(count / 1e6).toFixed(2)} MB` : `${(count / 1e9).toFixed(2)} GB`;
}

/** Milliseconds with three significant digits where they are small, none after the point where they are not. */
export function milliseconds(ms: number): string {
  return `${ms < 1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** A difference: two digits and its power of ten; an exact zero says so. */
export function difference(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
