import { expect, test, vi } from 'vitest';
import { loadDataset } from '../src/data.ts';
import { confusionMatrix, diagnosePrivately, isMalignant } from '../src/diagnose.ts';
import { trainDiagnosis } from '../src/train.ts';

/** Server processes start from the sources, while other tests run. */
vi.setConfig({ testTimeout: 180_000 });

test('a confusion matrix counts what is true by what was said', () => {
  const probabilities = Float64Array.of(0.1, 0.9, 0.2, 0.8, 0.7);
  expect(confusionMatrix(probabilities, Uint8Array.of(0, 0, 1, 1, 1))).toEqual([
    [1, 1],
    [1, 2],
  ]);
});

test('every private diagnosis is the plaintext one, through two server processes', async () => {
  const model = trainDiagnosis(loadDataset());
  const { secret, clear } = await diagnosePrivately(model, 2);
  expect(secret).toHaveLength(model.heldOut.count);
  expect([...secret].map(isMalignant)).toEqual([...clear].map(isMalignant));
  expect(Math.max(...secret.map((probability, k) => Math.abs(probability - clear[k]!)))).toBeLessThan(1e-6);
});
