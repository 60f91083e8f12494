import type { PageData } from '../../../src/demo/web/page-data.ts';

/** W·x + bias in float64, with the weights as they were trained: what the private ways are held against. */
export function inferPlainly({ weights, bias }: PageData['layer'], x: Float64Array): Float64Array {
  return Float64Array.from(bias, (offset, row) => {
    let sum = offset;
    for (let k = 0; k < x.length; k++) sum += weights[row * x.length + k]! * x[k]!;
    return sum;
  });
}

/** Products that are timed at a time: one takes less than the clock can tell. */
const ROUNDS = 32;

/** The output, and milliseconds for one product. */
export function timePlainly(
  layer: PageData['layer'],
  x: Float64Array,
): { output: Float64Array; milliseconds: number } {
  const started = performance.now();
  let output = inferPlainly(layer, x);
  for (let round = 1; round < ROUNDS; round++) output = inferPlainly(layer, x);
  return { output, milliseconds: (performance.now() - started) / ROUNDS };
}
