import type { Activation, ModelInfo } from '@sharemesh/wire';

/** An activation on batch rows of z.length / batch finite values, row-major; the result is the caller's. */
export type Activate = (activation: Activation, z: Float64Array, batch: number) => Float64Array;

/** What most models have. */
const common: Activate = ({ type }, z) => (type === 'relu' ? z.map((v) => Math.max(v, 0)) : z);

/** The activations that a model has. All but `identity` and `relu` are loaded on demand. */
export async function loadActivations({ inference }: ModelInfo): Promise<Activate> {
  const types = inference.layers.map(({ activation }) => activation.type);
  if (types.every((type) => type === 'identity' || type === 'relu')) return common;
  return (await import('@sharemesh/model/activations')).applyActivation;
}
