import type { DenseLayer } from '@sharemesh/wire';
import type { LayerInfo } from './layer-plan.ts';

/** What a plan is made from, of a layer as the wire describes it. */
export const layerInfo = (layer: DenseLayer): LayerInfo => ({
  rows: layer.output_size,
  columns: layer.input_size,
  weightBits: layer.weight_bits,
  maxRowSum: layer.max_row_sum,
});
