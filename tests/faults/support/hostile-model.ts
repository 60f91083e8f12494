import { createBundle, openBundle } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';
import type { Activation } from '@sharemesh/wire';

export interface HostileModel {
  readonly modelId: string;
  readonly columns: number;
  /** One for each layer. */
  readonly activations: readonly Activation[];
  /** Of row 0 in every layer; all other rows have 1e-60. */
  readonly rowScale?: number;
  /** Of row 1. */
  readonly bias?: number;
  /** All weights. */
  readonly weight?: number;
}

/** Every activation, those that leave the range from ordinary values among them. */
export const ACTIVATIONS: readonly Activation[] = [
  { type: 'identity' },
  { type: 'gelu' },
  { type: 'polynomial', coefficients: [0, 1, -1] },
  { type: 'square' },
  { type: 'tanh' },
  { type: 'relu' },
  { type: 'softmax' },
  { type: 'sigmoid' },
];

/** Square layers whose numbers a server chose to lead out of the range: as far as a client accepts at `connect`. */
export function hostileBundle(model: HostileModel): ModelBundle {
  const { modelId, columns, activations, rowScale = 1e110, bias = 1e115, weight = 1 } = model;
  const base = createBundle({
    modelId,
    version: '1',
    weightBits: 14,
    layers: activations.map((activation) => ({
      inputSize: columns,
      outputSize: columns,
      weights: new Float64Array(columns * columns).fill(weight),
      bias: new Float64Array(columns),
      activation,
    })),
  });
  const manifest = structuredClone(base.manifest);
  for (const layer of manifest.inference.layers) {
    layer.row_scales = layer.row_scales.map((_, row) => (row === 0 ? rowScale : 1e-60));
    layer.bias[1] = bias;
  }
  return openBundle(manifest, base.planes);
}
