import { createBundle } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';

/** A generator with a seed: the same weights in every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A bundle of dense layers with these sizes, such as [784, 128, 10], and reproducible weights. */
export function randomBundle(
  sizes: readonly number[],
  { modelId = 'random', weightBits = 14 as 14 | 28, seed = 1 } = {},
): ModelBundle {
  const random = seeded(seed);
  const layers = sizes.slice(1).map((outputSize, index) => {
    const inputSize = sizes[index]!;
    const weights = new Float64Array(inputSize * outputSize).map(() => random() * 2 - 1);
    const bias = new Float64Array(outputSize).map(() => random());
    return { inputSize, outputSize, weights, bias, activation: { type: 'relu' as const } };
  });
  return createBundle({ modelId, version: '1', weightBits, layers });
}

/** W·x mod p for one row, in BigInt from the bundle's planes: shares no code with the kernels. */
export function referenceProduct(
  { manifest, planes }: ModelBundle,
  layer: number,
  x: ArrayLike<bigint>,
): bigint[] {
  const p = 2n ** 61n - 1n;
  const { input_size: columns, output_size: rows } = manifest.inference.layers[layer]!;
  const [high, low] = planes[layer]!;
  return Array.from({ length: rows }, (_, i) => {
    let sum = 0n;
    for (let j = 0; j < columns; j++) {
      const at = i * columns + j;
      const weight = low ? BigInt(high![at]!) * 2n ** 14n + BigInt(low[at]!) : BigInt(high![at]!);
      sum += weight * x[j]!;
    }
    return ((sum % p) + p) % p;
  });
}
