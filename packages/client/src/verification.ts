import { MeshError } from '@sharemesh/wire/errors';
import { drawCheckVector } from '@sharemesh/shares/core';
import type { CheckVector } from '@sharemesh/shares/core';
import type { Inference } from '@sharemesh/wire';

/**
 * How the parties' replies are checked before they are used.
 *
 * - `none`: honest parties are assumed. Shamir sharing still notices wrong replies when more than `threshold` arrive.
 * - `freivalds`: every reply is checked against a secret linear form of the weights; needs `checks`. A wrong reply
 *   passes with probability 2^-61.
 */
export type Verification = 'none' | 'freivalds';

/** Where the check vectors come from. */
export type CheckSource =
  /** The client has the weights: planes by layer, as in a bundle. Check vectors are drawn fresh for this connection. */
  | { readonly planes: readonly (readonly Int16Array[])[] }
  /** Someone who has the weights drew them for this client: one for each layer. They are secrets. */
  | { readonly vectors: readonly CheckVector[] };

/**
 * One check vector for each layer of the model. To draw them from the weights takes the kernels on matrices, which are
 * loaded for it.
 * @throws MeshError INVALID_OPTION where the source does not fit the model
 */
export async function loadChecks(source: CheckSource, { layers }: Inference): Promise<CheckVector[]> {
  const entries = 'planes' in source ? source.planes : source.vectors;
  const fits =
    entries.length === layers.length &&
    layers.every(({ input_size, output_size, weight_bits }, i) => {
      if ('vectors' in source) {
        const { r, s } = source.vectors[i]!;
        return r.length === output_size && s.length === input_size;
      }
      const planes = source.planes[i]!;
      return planes.length === weight_bits / 14 && planes.every((p) => p.length === input_size * output_size);
    });
  if (!fits)
    throw new MeshError('INVALID_OPTION', 'checks must have one entry of the right shape for each layer');
  if ('vectors' in source) return [...source.vectors];
  const { loadFieldKernels } = await import('@sharemesh/kernels/field');
  const kernels = await loadFieldKernels();
  return layers.map((layer, i) =>
    drawCheckVector(kernels, source.planes[i]!, layer.output_size, layer.input_size),
  );
}
