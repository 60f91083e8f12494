import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/wire/errors';
import { applyActivation, createBundle } from '@sharemesh/model';
import type { FloatLayer } from '@sharemesh/model';
import {
  decision,
  dequantize,
  formatReport,
  quantizationReport,
  referenceInfer,
} from '@sharemesh/model/reference';
import { floatModel, tinyBundle, tinyLayers } from './models.ts';

/** One row through the layers, sum by sum. */
function byHand(layers: readonly FloatLayer[], row: Float64Array): Float64Array {
  return layers.reduce((x, { weights, bias, inputSize, outputSize, activation }) => {
    const z = Float64Array.from({ length: outputSize }, (_, i) =>
      x.reduce((sum, value, j) => sum + weights[i * inputSize + j]! * value, bias[i]!),
    );
    return applyActivation(activation, z);
  }, row);
}

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));

describe('referenceInfer', () => {
  it('is the sum of products, row by row', () => {
    fc.assert(
      fc.property(floatModel, fc.integer({ min: 1, max: 4 }), (layers, batch) => {
        const { inputSize } = layers[0]!;
        const inputs = Float64Array.from({ length: batch * inputSize }, (_, k) => Math.sin(k + 1));
        const { outputs } = referenceInfer(layers, inputs);
        const width = layers.at(-1)!.outputSize;
        for (let row = 0; row < batch; row++) {
          const expected = byHand(layers, inputs.subarray(row * inputSize, (row + 1) * inputSize));
          expected.forEach((value, k) =>
            expect(relative(value, outputs[row * width + k]!)).toBeLessThan(1e-9),
          );
        }
      }),
    );
  });

  it('gives the logits before the last activation', () => {
    const { logits, outputs } = referenceInfer(tinyLayers, Float64Array.of(1, 1, 1));
    expect(outputs.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(applyActivation({ type: 'softmax' }, logits)).toEqual(outputs);
  });

  it.each([NaN, Infinity, null, '3', true])('refuses %o, and says where it stands', (value) => {
    const inputs = [1, 2, 3, 4, 5, value] as never;
    expect(() => referenceInfer(tinyLayers, inputs)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining('row 1, index 2 ') }),
    );
  });

  it('refuses inputs that are not whole rows', () => {
    for (const length of [0, 2, 4]) {
      expect(() => referenceInfer(tinyLayers, new Float64Array(length))).toThrow(MeshError);
    }
  });
});

describe('quantizationReport', () => {
  const inputs = Float64Array.of(1, 2, 3, -1, 0.5, 0, 0, 0, 0);

  it('finds no difference between a bundle and its own dequantised layers', () => {
    const bundle = tinyBundle(14);
    const report = quantizationReport(dequantize(bundle), bundle, inputs);
    expect(report).toMatchObject({
      samples: 3,
      agreements: 3,
      maxLogitDifference: 0,
      meanLogitDifference: 0,
    });
    expect(report.layers.map(({ relativeWeightError }) => relativeWeightError)).toEqual([0, 0]);
  });

  it('stays within the bounds of rounding, which 28 bits tighten 2^14-fold', () => {
    fc.assert(
      fc.property(floatModel, (layers) => {
        const [coarse, fine] = ([14, 28] as const).map((weightBits) =>
          createBundle({ modelId: 'm', version: '1', weightBits, layers }),
        );
        const x = Float64Array.from({ length: layers[0]!.inputSize * 2 }, (_, k) => Math.cos(k));
        for (const [bundle, step] of [
          [coarse!, 1 / 8191],
          [fine!, 1 / 134_209_535],
        ] as const) {
          const report = quantizationReport(layers, bundle, x);
          // each weight errs by at most half a step of its row's largest: ‖error‖ ≤ ½·step·√columns·‖W‖
          for (const { relativeWeightError, inputSize } of report.layers) {
            expect(relativeWeightError).toBeLessThanOrEqual(0.5001 * step * Math.sqrt(inputSize));
          }
        }
      }),
    );
  });

  it('notices a bundle of other weights', () => {
    const other = tinyLayers.map((layer) => ({ ...layer, weights: layer.weights.map((w) => -w) }));
    const report = quantizationReport(other, tinyBundle(), inputs);
    expect(report.maxLogitDifference).toBeGreaterThan(0.1);
    expect(report.agreements).toBeLessThan(3);
    expect(report.layers[0]!.relativeWeightError).toBeCloseTo(2, 5);
  });

  it('refuses a reference of another shape', () => {
    expect(() => quantizationReport(tinyLayers.slice(0, 1), tinyBundle(), inputs)).toThrow(
      /3→2, 2→2 against 3→2/,
    );
  });

  it('is readable', () => {
    const text = formatReport(quantizationReport(tinyLayers, tinyBundle(), inputs));
    expect(text).toMatch(/^layer 0 {2}3→2 {2}28-bit weights/);
    expect(text).toMatch(/same decision {2}3 of 3 \(100\.00 %\)/);
  });
});

describe('decision', () => {
  it('is the argmax, the first of equals, or the sign', () => {
    expect(decision(Float64Array.of(1, 3, 3, 2))).toBe(1);
    expect(decision(Float64Array.of(-5, -7))).toBe(0);
    expect([0.1, 0, -2].map((logit) => decision(Float64Array.of(logit)))).toEqual([1, 0, 0]);
  });
});
