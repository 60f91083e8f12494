import { expect, test } from 'vitest';
import type { FloatLayer } from '@sharemesh/model';
import { matrixModel } from '../src/peers/ml-matrix.ts';
import { onnxModel } from '../src/peers/onnx-model.ts';
import { loadOnnxRuntime } from '../src/peers/onnxruntime.ts';
import { networkA, randomInputs, randomLayers } from '../src/shapes.ts';
import type { Shape } from '../src/shapes.ts';

const onnx = await loadOnnxRuntime();
// oxlint-disable-next-line no-console
if (!onnx) console.log('skipped: onnxruntime-node is not installed');

const small: Shape = { id: '5x3', title: '5→3', sizes: [5, 3] };

/** The layers themselves, in order, with nothing clever about them. */
function byHand(layers: readonly FloatLayer[], x: Float64Array): Float64Array {
  return layers.reduce((values, { inputSize, outputSize, weights, bias, activation }) => {
    const out = new Float64Array(outputSize);
    for (let i = 0; i < outputSize; i++) {
      let sum = bias[i]!;
      for (let j = 0; j < inputSize; j++) sum += weights[i * inputSize + j]! * values[j]!;
      out[i] = activation.type === 'relu' ? Math.max(0, sum) : sum;
    }
    return out;
  }, x);
}

function expectedOf(shape: Shape, x: Float64Array, batch: number): number[] {
  const width = x.length / batch;
  const rows = Array.from({ length: batch }, (_, b) => x.subarray(b * width, (b + 1) * width));
  return rows.flatMap((row) => [...byHand(randomLayers(shape), row)]);
}

test.each([small, networkA])('ml-matrix computes the layers of $title, batches too', (shape) => {
  const x = randomInputs(shape, 3);
  const y = matrixModel(randomLayers(shape)).infer(x, 3);
  for (const [k, value] of expectedOf(shape, x, 3).entries()) expect(y[k]).toBeCloseTo(value, 12);
});

test.skipIf(!onnx).each([small, networkA])('ONNX Runtime computes the layers of $title', async (shape) => {
  const session = await onnx!.open(randomLayers(shape));
  const x = randomInputs(shape, 3);
  const y = await session.run(session.tensor(Float32Array.from(x), 3));
  for (const [k, value] of expectedOf(shape, x, 3).entries()) expect(y[k]).toBeCloseTo(value, 4);
});

test('an activation without an operator is refused', () => {
  const layer: FloatLayer = { ...randomLayers(small)[0]!, activation: { type: 'gelu' } };
  expect(() => onnxModel([layer])).toThrow(RangeError);
});
