const whole = new Intl.NumberFormat('en');

/** `2,048 bytes` */
export const bytes = (count: number): string => `${whole.format(count)} ${count === 1 ? 'byte' : 'bytes'}`;

/** `8.1 ms`, `0.04 ms` */
export const milliseconds = (value: number): string =>
  `${value >= 100 ? whole.format(Math.round(value)) : value >= 1 ? value.toFixed(1) : value.toFixed(2)} ms`;

/** `98.2 %` */
export const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** `1.8e-8`; exactly nothing is `0`. */
export const tiny = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

/** Pairs of hexadecimal digits, `columns` to a line. */
export function hexadecimal(data: Uint8Array, columns = 16): string {
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += columns) {
    lines.push(Array.from(data.subarray(at, at + columns), pair).join(' '));
  }
  return lines.join('\n');
}

const pair = (byte: number) => byte.toString(16).padStart(2, '0');
