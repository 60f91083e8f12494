/** Milliseconds as people read them: `9.7 µs`, `1.48 ms`, `2.5 s`. */
export function formatTime(ms: number): string {
  if (ms < 0.9995) return `${significant(1_000 * ms)} µs`;
  return ms < 1_000 ? `${significant(ms)} ms` : `${significant(ms / 1_000)} s`;
}

/** Bytes: exact below 10 kB. */
export function formatBytes(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toLocaleString('en-US')} B`;
  if (bytes < 1e6) return `${significant(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${significant(bytes / 1e6)} MB` : `${significant(bytes / 1e9)} GB`;
}

/** A difference to float64: `3e-9`. */
export const formatError = (error: number): string => (error === 0 ? '0' : error.toExponential(0));

/** A quotient: `0.58×`, `15.3×`. */
export const formatRatio = (ratio: number): string => `${significant(ratio)}×`;

/** A rate: `1,850/s`. */
export const formatRate = (perSecond: number): string => `${Math.round(perSecond).toLocaleString('en-US')}/s`;

/** Seconds to come: `40 s`, `3 min`. */
export const formatDuration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;

/** Three digits, fewer where they would stand behind nothing. */
function significant(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
