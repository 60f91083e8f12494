import fc from 'fast-check';
import { createBundle } from '@sharemesh/model';
import type { FloatLayer, ModelBundle } from '@sharemesh/model';

/** A small model that uses two kinds of activation. */
export const tinyLayers: readonly FloatLayer[] = [
  {
    inputSize: 3,
    outputSize: 2,
    weights: Float64Array.of(1, -2, 3, 0, 0, 0),
    bias: [0.5, -0.25],
    activation: { type: 'polynomial', coefficients: [0.5, 1, 0.25] },
  },
  {
    inputSize: 2,
    outputSize: 2,
    weights: Float64Array.of(0.1, 0.2, -0.3, 1e-3),
    bias: [0, 1e-3],
    activation: { type: 'softmax' },
  },
];

export const tinyBundle = (weightBits: 14 | 28 = 28): ModelBundle =>
  createBundle({ modelId: 'tiny', version: '1', description: 'two layers', weightBits, layers: tinyLayers });

const real = fc.double({ min: -100, max: 100, noNaN: true });

/** Float models of one to three layers. */
export const floatModel: fc.Arbitrary<FloatLayer[]> = fc
  .array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 4 })
  .chain((sizes) =>
    fc.tuple(
      ...sizes.slice(1).map((outputSize, k) =>
        fc.record({
          inputSize: fc.constant(sizes[k]!),
          outputSize: fc.constant(outputSize),
          weights: fc
            .array(real, { minLength: outputSize * sizes[k]!, maxLength: outputSize * sizes[k]! })
            .map((values) => Float64Array.from(values)),
          bias: fc.array(real, { minLength: outputSize, maxLength: outputSize }),
          activation: fc
            .constantFrom(
              { type: 'relu' } as const,
              { type: 'gelu' } as const,
              { type: 'polynomial', coefficients: [1, 0.5] } as const,
            )
            .map((activation) => structuredClone(activation) as FloatLayer['activation']),
        }),
      ),
    ),
  );
