import type { DenseLayer, Inference } from '@sharemesh/wire';
import { invalidModel } from './invalid-model.ts';

/** The largest |Wq| of a weight that has this many bits, its sign included. */
const weightLimit = (bits: DenseLayer['weight_bits']) => (bits === 14 ? 8191 : 2 ** 27 - 1);

/**
 * Do the parts of an inference fit together? The schema has checked each field; this checks them against each other:
 * sizes chain from layer to layer, every row has one positive scale and one bias, L is possible.
 *
 * @throws MeshError INVALID_MODEL naming the layer and what is wrong
 */
export function checkInference(inference: Inference): void {
  let size = inference.input_size;
  for (const [index, layer] of inference.layers.entries()) {
    const where = `layer ${index}`;
    if (layer.input_size !== size) {
      throw invalidModel(where, `takes ${layer.input_size} values where ${size} arrive`);
    }
    size = layer.output_size;
    if (layer.row_scales.length !== size) {
      throw invalidModel(where, `${layer.row_scales.length} row scales for ${size} rows`);
    }
    if (layer.bias.length !== size) throw invalidModel(where, `${layer.bias.length} biases for ${size} rows`);
    if (!layer.row_scales.every((scale) => scale > 0 && scale < Infinity)) {
      throw invalidModel(where, 'a row scale is not a positive number');
    }
    if (!layer.bias.every(Number.isFinite)) throw invalidModel(where, 'a bias is not a finite number');
    if (layer.max_row_sum > layer.input_size * weightLimit(layer.weight_bits)) {
      throw invalidModel(where, 'max_row_sum is larger than such weights can reach');
    }
  }
  if (inference.output_size !== size) {
    throw invalidModel('model', `says ${inference.output_size} outputs where its last layer has ${size}`);
  }
}
