import { MeshError } from '@sharemesh/wire/errors';
import { drawCheckVector } from '@sharemesh/shares/checks';
import type { CheckVector } from '@sharemesh/shares/checks';
import type { Inference } from '@sharemesh/wire';
import type { LinearContext } from '../backend.ts';
import type { CheckSource } from '../options.ts';
import { crossChecks } from './cross-checks.ts';
import type { CrossChecksOptions } from './cross-checks.ts';
import { ReplyChecks } from './reply-checks.ts';
import type { ReplyChecksOptions } from './reply-checks.ts';

/** The checks of a connection: from `source`, or without one from the parties. @throws MeshError */
export async function openChecks(
  source: CheckSource | undefined,
  options: CrossChecksOptions,
  context: LinearContext,
): Promise<ReplyChecks> {
  const { kernels, model } = options;
  if (!source) return new ReplyChecks({ kernels, vectors: await crossChecks(options, context) });
  return new ReplyChecks({ kernels, ...(await loadChecks(source, model.inference)) });
}

/**
 * One check vector for each layer of the model. To draw them from the weights takes the kernels on matrices, which are
 * loaded for it.
 * @throws MeshError INVALID_OPTION where the source does not fit the model
 */
async function loadChecks(
  source: CheckSource,
  { layers }: Inference,
): Promise<Pick<ReplyChecksOptions, 'vectors' | 'redraw'>> {
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
  if ('vectors' in source) return source;
  const { loadFieldKernels } = await import('@sharemesh/kernels/field');
  const kernels = await loadFieldKernels();
  const redraw = (index: number): CheckVector => {
    const { input_size, output_size } = layers[index]!;
    return drawCheckVector(kernels, source.planes[index]!, output_size, input_size);
  };
  return { vectors: layers.map((_, index) => redraw(index)), redraw };
}
