import { MeshError } from '@sharemesh/wire/errors';
import type { Activation } from '@sharemesh/wire';
import { exp, gelu, sigmoid, tanh } from './elementary.ts';

/**
 * Apply an activation to the outputs of a layer.
 *
 * `gelu` is the exact form x·Φ(x), which PyTorch and ONNX default to, not its tanh approximation. `softmax` works on each
 * row of the batch, shifted by the row's maximum so that it cannot overflow. The time it takes depends on the number of
 * values, not on what they are: see elementary.ts. For that, `square` and `polynomial` take what is below 2^-500 for 0.
 *
 * @param z batch rows of z.length / batch finite values, row-major
 * @returns a fresh array of the same shape
 * @throws MeshError DIMENSION_MISMATCH when z does not divide into `batch` rows
 */
export function applyActivation(activation: Activation, z: Float64Array, batch = 1): Float64Array {
  if (!Number.isInteger(batch) || batch < 1 || z.length % batch !== 0) {
    throw new MeshError('DIMENSION_MISMATCH', `${z.length} values do not divide into ${batch} rows`);
  }
  switch (activation.type) {
    case 'identity':
      return z.slice();
    case 'relu':
      return z.map((v) => Math.max(v, 0));
    case 'square':
      return z.map((v) => coarse(v) * coarse(v));
    case 'sigmoid':
      return z.map(sigmoid);
    case 'tanh':
      return z.map(tanh);
    case 'gelu':
      return z.map(gelu);
    case 'softmax':
      return softmaxRows(z, batch);
    case 'polynomial': {
      const { coefficients } = activation;
      return z.map((v) => {
        const x = coarse(v);
        return coefficients.reduceRight((sum, coefficient) => coarse(sum) * x + coefficient, 0);
      });
    }
  }
}

/** A multiple of 2^-506 near v, so that a product of two is 0 or normal; v itself from 2^-454 on. */
const coarse = (v: number) => v + 2 ** -454 - 2 ** -454;

function softmaxRows(z: Float64Array, batch: number): Float64Array {
  const width = z.length / batch;
  const out = new Float64Array(z.length);
  for (let start = 0; start < z.length; start += width) {
    const row = z.subarray(start, start + width);
    const max = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = row.map((v) => exp(v - max));
    const sum = powers.reduce((a, b) => a + b, 0);
    out.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return out;
}
