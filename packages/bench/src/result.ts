import type { Summary } from './measure/statistics.ts';
import type { Machine } from './machine.ts';
import type { Figure } from './figure.ts';

export const RESULT_FORMAT = 'sharemesh-bench/1';

/** Everything a run found: what `--json` writes, and what tables, report and docs are made from. */
export interface BenchResult {
  readonly format: typeof RESULT_FORMAT;
  /** As it was typed. */
  readonly command: string;
  /** ISO 8601, when it began. */
  readonly date: string;
  readonly seconds: number;
  /** Was it a short run? Its figures are for a first impression. */
  readonly quick: boolean;
  readonly machine: Machine;
  /** Of what was measured: sharemesh, node, the peers. */
  readonly versions: Readonly<Record<string, string>>;
  readonly figures: readonly Figure[];
  readonly products: readonly ProductMeasurement[];
  readonly calls: readonly CallMeasurement[];
  readonly throughputs: readonly ThroughputMeasurement[];
  /** What a reader of the figures has to know: what was left out, and why. */
  readonly notes: readonly string[];
}

/** W·x in one thread, nothing around it. */
export interface ProductMeasurement {
  /** Title of the shape. */
  readonly shape: string;
  readonly batch: number;
  /** Who computes, and in which numbers. */
  readonly engine: string;
  /** Milliseconds. */
  readonly time: Summary;
}

/** How an answer is obtained. Suites add their own. */
export interface Way {
  /** Stable, for scripts: `shares-2-14`. */
  readonly id: string;
  readonly title: string;
  /** The family, which gives the colour: `plain`, `shares`, `ckks`. */
  readonly family: string;
  /** Who must be trusted for the input to stay private; undefined: it does not. */
  readonly trust?: string;
}

/** One whole call, from numbers to numbers, over HTTP. */
export interface CallMeasurement {
  readonly shape: string;
  readonly batch: number;
  readonly way: Way;
  /** Milliseconds added to every round trip. */
  readonly rttMs: number;
  /** Milliseconds. */
  readonly time: Summary;
  /** Medians in milliseconds, in the order in which they happen. */
  readonly phases: Readonly<Record<string, number>>;
  /** Bytes of whole bodies, to and from all servers. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** The least bytes that shares take, where that is known. */
  readonly floor?: { readonly up: number; readonly down: number };
  /** Largest difference to float64, over the largest output. */
  readonly error: number;
}

export interface ThroughputMeasurement {
  readonly shape: string;
  readonly way: Way;
  /** Calls under way at once. */
  readonly inFlight: number;
  readonly callsPerSecond: Summary;
}
