import { MeshError } from '@sharemesh/wire/errors';
import type { Activation } from '@sharemesh/wire';
import { normalCdf } from './normal-cdf.ts';

/**
 * Apply an activation to the outputs of a layer.
 *
 * `gelu` is the exact form x·Φ(x) of Hendrycks and Gimpel (arXiv:1606.08415), which PyTorch and ONNX default to, not
 * its tanh approximation. `softmax` works on each row of the batch, shifted by the row's maximum so that it cannot
 * overflow.
 *
 * @param z batch rows of z.length / batch values, row-major
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
      return z.map((v) => (v > 0 ? v : 0));
    case 'square':
      return z.map((v) => v * v);
    case 'sigmoid':
      return z.map(sigmoid);
    case 'tanh':
      return z.map(Math.tanh);
    case 'gelu':
      return z.map(gelu);
    case 'softmax':
      return softmaxRows(z, batch);
    case 'polynomial': {
      const { coefficients } = activation;
      return z.map((v) => coefficients.reduceRight((sum, coefficient) => sum * v + coefficient, 0));
    }
  }
}

/** 1/(1 + e^−v), by the form whose exponent is not positive: no overflow, full accuracy in both tails. */
function sigmoid(v: number): number {
  const e = Math.exp(-Math.abs(v));
  return v >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** At −∞ the product would be −∞·0. */
const gelu = (v: number) => (v === -Infinity ? 0 : v * normalCdf(v));

function softmaxRows(z: Float64Array, batch: number): Float64Array {
  const width = z.length / batch;
  const out = new Float64Array(z.length);
  for (let start = 0; start < z.length; start += width) {
    const row = z.subarray(start, start + width);
    const max = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = row.map((v) => Math.exp(v - max));
    const sum = powers.reduce((a, b) => a + b, 0);
    out.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return out;
}
