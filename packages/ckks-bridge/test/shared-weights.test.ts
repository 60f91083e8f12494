import { expect, test } from 'vitest';
import { createEvaluator, encodeLayers } from '@sharemesh/rlwe';
import { clientFor, testBundle } from './support.ts';

test('evaluators share the encoded weights, and only read them', async () => {
  const bundle = testBundle([30, 7]);
  const client = await clientFor(bundle, 'ckks', 'circuit-private');
  const layers = await encodeLayers([{ plan: client.plans[0]!, planes: bundle.planes[0]! }]);
  const [{ weights }] = layers as [(typeof layers)[0]];
  expect(weights.buffer).toBeInstanceOf(SharedArrayBuffer);
  const before = weights.slice();
  const sent = client.encryptLayer(
    0,
    Float64Array.from({ length: 30 }, (_, k) => Math.cos(k)),
  );
  const answers: Float64Array[] = [];
  for (const evaluator of await Promise.all([createEvaluator(layers), createEvaluator(layers)])) {
    const replies = evaluator.evaluate(0, sent.payloads, 1, evaluator.expandKey(client.publicKey!));
    answers.push(client.decryptLayer(0, sent, replies));
  }
  expect(weights).toEqual(before);
  answers[0]!.forEach((value, k) => expect(answers[1]![k]).toBeCloseTo(value, 3));
  client.close();
});
