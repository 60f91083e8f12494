import type { ChartMaker } from '../chart.ts';
import { batchesChart } from './batches.ts';
import { bytesChart } from './bytes.ts';
import { phasesChart } from './phases.ts';
import { productsChart } from './products.ts';
import { roundTripsChart } from './round-trips.ts';
import { throughputChart } from './throughput.ts';

/** The charts of the report, in the order of the page. Another one is another line. */
export const charts: readonly ChartMaker[] = [
  phasesChart,
  roundTripsChart,
  bytesChart,
  throughputChart,
  productsChart,
  batchesChart,
];
