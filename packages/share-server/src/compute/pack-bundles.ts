import type { FieldKernels, PackedMatrix } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';

/** Every layer of every bundle, in order, laid out for the kernels. */
export const packBundles = (kernels: FieldKernels, bundles: readonly ModelBundle[]): PackedMatrix[] =>
  bundles.flatMap(({ manifest, planes }) =>
    manifest.inference.layers.map((layer, index) =>
      kernels.packMatrix(planes[index]!, layer.output_size, layer.input_size),
    ),
  );
