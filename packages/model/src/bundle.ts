import { MAX_DIMENSION } from '@sharemesh/wire';
import type { DenseLayer } from '@sharemesh/wire';
import { MODEL_FORMAT } from './digest.ts';
import { invalidModel } from './invalid-model.ts';
import type { FloatLayer } from './layers.ts';
import { modelDigest, parseManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { weightsDigest } from './planes.ts';
import { maxRowSum, planeFault, quantizeRows } from './quantize.ts';
import type { WeightBits } from './quantize.ts';

/** A model that is ready to be served: its manifest, its digest and its integer weights. */
export interface ModelBundle {
  readonly manifest: Manifest;
  /** 'sha256:' and 64 hex digits: what client and parties agree on. */
  readonly digest: string;
  /** planes[layer] has one int16 plane (14-bit weights) or two (28-bit), outputSize × inputSize, row-major. */
  readonly planes: readonly (readonly Int16Array[])[];
}

export interface CreateBundleOptions {
  /** Lower-case letters, digits, '.', '_' and '-'; at most 64. */
  readonly modelId: string;
  readonly version: string;
  /** For people; at most 500 characters. */
  readonly description?: string;
  /** 14: one plane, faster. 28: two planes, the fidelity of float32. */
  readonly weightBits: WeightBits;
  readonly layers: readonly FloatLayer[];
}

/**
 * Quantise real layers into a bundle.
 * @throws MeshError INVALID_MODEL for sizes that do not chain, names that do not fit, or numbers that are not finite
 */
export function createBundle(options: CreateBundleOptions): ModelBundle {
  const { modelId, version, description = '', weightBits, layers } = options;
  const quantized = layers.map((layer, index) => quantizeLayer(layer, index, weightBits));
  const manifest = parseManifest({
    format: MODEL_FORMAT,
    model_id: modelId,
    version,
    description,
    inference: {
      input_size: layers[0]?.inputSize,
      output_size: layers.at(-1)?.outputSize,
      layers: quantized.map(({ layer }) => layer),
    },
  });
  return { manifest, digest: modelDigest(manifest), planes: quantized.map(({ planes }) => planes) };
}

function quantizeLayer(float: FloatLayer, index: number, weightBits: WeightBits) {
  const { inputSize, outputSize, weights, bias, activation } = float;
  for (const size of [inputSize, outputSize]) {
    if (!Number.isInteger(size) || size < 1 || size > MAX_DIMENSION) {
      throw invalidModel(`layer ${index}`, `a size is not between 1 and ${MAX_DIMENSION}`);
    }
  }
  if (!(weights instanceof Float64Array || weights instanceof Float32Array)) {
    throw invalidModel(`layer ${index}`, 'the weights are a Float32Array or a Float64Array');
  }
  const { planes, rowScales } = quantizeRows(weights, outputSize, inputSize, weightBits);
  const layer: DenseLayer = {
    type: 'dense',
    input_size: inputSize,
    output_size: outputSize,
    weight_bits: weightBits,
    row_scales: [...rowScales],
    // JSON has no −0
    bias: Array.from(bias, (value: unknown, i) => number(value, `layer ${index}: bias ${i}`) + 0),
    max_row_sum: maxRowSum(planes, inputSize),
    weights_digest: weightsDigest(planes),
    activation,
  };
  return { layer, planes };
}

/** Nothing is converted: null, text and booleans are no numbers. */
function number(value: unknown, where: string): number {
  if (typeof value !== 'number') throw invalidModel(where, 'it is not a number');
  return value;
}

/**
 * Join a manifest and planes, both from outside, into a bundle whose parts are proven to belong together: sizes,
 * ranges, the weights' digests and L, which is recomputed.
 *
 * @param planes as in ModelBundle; kept, not copied
 * @throws MeshError INVALID_MODEL naming the layer and what is wrong
 */
export function openBundle(manifest: unknown, planes: readonly (readonly Int16Array[])[]): ModelBundle {
  const checked = parseManifest(manifest);
  const { layers } = checked.inference;
  if (planes.length !== layers.length) {
    throw invalidModel('weights', `${planes.length} layers of weights for ${layers.length} layers`);
  }
  layers.forEach((layer, index) => checkPlanes(layer, planes[index]!, `layer ${index}`));
  return { manifest: checked, digest: modelDigest(checked), planes };
}

function checkPlanes(layer: DenseLayer, planes: readonly Int16Array[], where: string): void {
  const size = layer.input_size * layer.output_size;
  if (!planes.every((plane) => plane.length === size)) {
    throw invalidModel(where, `a plane is not ${layer.output_size} × ${layer.input_size}`);
  }
  const fault = planeFault(planes, layer.weight_bits);
  if (fault !== undefined) throw invalidModel(where, fault);
  if (weightsDigest(planes) !== layer.weights_digest) {
    throw invalidModel(where, 'the weights do not have the digest that the manifest names');
  }
  if (maxRowSum(planes, layer.input_size) !== layer.max_row_sum) {
    throw invalidModel(where, 'max_row_sum is not that of the weights');
  }
}
