import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { localMultiplier } from '@sharemesh/share-server';
import type { Multiplier, MultiplyTask } from '@sharemesh/share-server';
import { expandSeed } from '@sharemesh/shares';

/** What one server got to see of one request, and what it made of it. */
export interface Sighting {
  /** How the share came: 32 bytes to expand, or the elements themselves. */
  readonly kind: 'seed' | 'vector';
  /** Bytes of the share as it came. */
  readonly byteLength: number;
  /** batch × columns elements. */
  readonly share: FieldVector;
  /** batch × rows elements. */
  readonly reply: FieldVector;
}

/** A multiplier for one bundle that also tells what passes through it: everything a server could learn. */
export function watchedMultiplier(
  kernels: FieldKernels,
  bundle: ModelBundle,
  onSighting: (sighting: Sighting) => void,
): Multiplier {
  const matrices = bundle.manifest.inference.layers.map((layer, index) =>
    kernels.packMatrix(bundle.planes[index]!, layer.output_size, layer.input_size),
  );
  const multiplier = localMultiplier(kernels, matrices);
  return {
    ...multiplier,
    async multiply(task, signal) {
      const reply = await multiplier.multiply(task, signal);
      onSighting({ ...sharePart(kernels, task), reply });
      return reply;
    },
  };
}

function sharePart(kernels: FieldKernels, { share }: MultiplyTask): Omit<Sighting, 'reply'> {
  if (share.kind === 'vector') return { kind: 'vector', byteLength: share.x.byteLength, share: share.x };
  const { seed, binding, purpose } = share;
  return { kind: 'seed', byteLength: seed.length, share: expandSeed(kernels, seed, binding, purpose) };
}
