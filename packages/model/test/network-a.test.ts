import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { importSafetensors } from '@sharemesh/model';
import type { WeightBits } from '@sharemesh/model';
import { decision, formatReport, quantizationReport, referenceInfer } from '@sharemesh/model/reference';

const shared = new URL('../../../../shared/', import.meta.url);
const model = new URL('models/mnist-network-a-relu.safetensors', shared);
const images = new URL('data/mnist-t10k-images-idx3-ubyte.gz', shared);
const labels = new URL('data/mnist-t10k-labels-idx1-ubyte.gz', shared);
const present = [model, images, labels].every((file) => existsSync(file));
const reason = present ? '' : ' (skipped: ../shared with MNIST and Network A is not here)';

describe.skipIf(!present)(`Network A on MNIST digits 8000–9999${reason}`, () => {
  let bytes: Uint8Array;
  let inputs: Float64Array;
  let truth: Uint8Array;

  beforeAll(() => {
    bytes = readFileSync(model);
    // IDX: 16 bytes of header for images, 8 for labels
    const pixels = gunzipSync(readFileSync(images)).subarray(16 + 8000 * 784, 16 + 10_000 * 784);
    inputs = Float64Array.from(pixels, (pixel) => pixel / 255);
    truth = gunzipSync(readFileSync(labels)).subarray(8 + 8000, 8 + 10_000);
  });

  const quantize = (weightBits: WeightBits) =>
    importSafetensors(bytes, { modelId: 'network-a', version: '1', weightBits });

  it('is right on 97.0 % in float64', () => {
    const { layers } = quantize(14);
    const { logits } = referenceInfer(layers, inputs);
    const right = truth.filter((label, k) => decision(logits.subarray(10 * k, 10 * k + 10)) === label);
    expect(right.length).toBe(1940);
  });

  it('decides the same at 28 bits, with logits within 1e-5', () => {
    const { bundle, layers } = quantize(28);
    const report = quantizationReport(layers, bundle, inputs);
    expect(report.agreements, formatReport(report)).toBe(2000);
    expect(report.maxLogitDifference).toBeLessThan(1e-5);
  });

  it('decides the same at 14 bits in 99.8 %', () => {
    const { bundle, layers } = quantize(14);
    const report = quantizationReport(layers, bundle, inputs);
    expect(report.agreements, formatReport(report)).toBeGreaterThanOrEqual(1996);
    expect(report.maxLogitDifference).toBeLessThan(0.05);
    expect(report.layers.every(({ relativeWeightError }) => relativeWeightError < 1e-3)).toBe(true);
  });
});
