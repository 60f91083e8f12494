import { describe, expect, it } from 'vitest';
import { seededRandom } from '@sharemesh/model/demo';
import { decision, formatReport, quantizationReport, referenceInfer } from '@sharemesh/model/reference';
import { loadDataset } from '../src/data.ts';
import { fitLogisticRegression, trainDiagnosis } from '../src/train.ts';

describe('fitLogisticRegression', () => {
  it('stands where the gradient of the penalised likelihood is zero', () => {
    const random = seededRandom(5);
    const features = Float64Array.from({ length: 200 * 3 }, () => random.bell(1));
    const labels = Uint8Array.from({ length: 200 }, (_, k) =>
      features[3 * k]! - 2 * features[3 * k + 1]! + random.bell(1) > 0.5 ? 1 : 0,
    );
    const { weights, bias } = fitLogisticRegression(features, labels);
    const gradient = [weights[0]!, weights[1]!, weights[2]!, 0];
    labels.forEach((label, k) => {
      const row = [...features.subarray(3 * k, 3 * k + 3), 1];
      const logit = row.reduce((sum, value, j) => sum + value * [...weights, bias][j]!, 0);
      row.forEach((value, j) => (gradient[j]! += value * (1 / (1 + Math.exp(-logit)) - label)));
    });
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-9);
    expect(weights[1]!).toBeLessThan(-1);
    expect(weights[0]!).toBeGreaterThan(0.5);
  });

  it('stays finite when a plane separates the classes', () => {
    const { weights, bias } = fitLogisticRegression(Float64Array.of(-2, -1, 1, 2), Uint8Array.of(0, 0, 1, 1));
    expect(weights[0]!).toBeGreaterThan(0);
    expect(Math.abs(bias)).toBeLessThan(1e-9);
  });
});

describe('the diagnosis', () => {
  it.each([14, 28] as const)(
    'is right on 95 %% of unseen patients, and the same at %i bits',
    (weightBits) => {
      const { layers, bundle, heldOut } = trainDiagnosis(loadDataset(), weightBits);
      const { logits } = referenceInfer(layers, heldOut.features);
      const right = heldOut.labels.filter((label, k) => decision(logits.subarray(k, k + 1)) === label);
      expect(right.length / heldOut.count).toBeGreaterThanOrEqual(0.95);
      const report = quantizationReport(layers, bundle, heldOut.features);
      expect(report.agreements, formatReport(report)).toBe(heldOut.count);
      expect(bundle.manifest.inference.layers[0]!.activation).toEqual({ type: 'sigmoid' });
    },
  );
});
