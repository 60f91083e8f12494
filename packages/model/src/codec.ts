import { MeshError, parseJson } from '@sharemesh/wire';
import type { Inference } from '@sharemesh/wire';
import { openBundle } from './bundle.ts';
import type { ModelBundle } from './bundle.ts';
import { invalidModel } from './invalid-model.ts';
import { parseManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { planeBytes, planeFromBytes } from './planes.ts';

/**
 * The text of model.json: indented, each list of numbers on one line.
 * @throws MeshError INVALID_MODEL for what `decodeManifest` refuses: JSON.stringify would make null of NaN
 */
export function encodeManifest(manifest: Manifest): string {
  // a raw line break after '[' cannot be inside a JSON string, so only lists match
  const list = /\[\n\s+(-?[\d.][^\]]*?)\s+\]/g;
  const text = JSON.stringify(parseManifest(manifest), undefined, 2);
  return `${text.replace(list, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`;
}

/**
 * The manifest in the bytes of model.json.
 * @throws MeshError INVALID_MODEL
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (cause) {
    throw invalidModel('manifest', MeshError.is(cause) ? cause.message : 'cannot be read', cause);
  }
  return parseManifest(value);
}

/** Bytes of weights.bin for these layers. Exact: at most 1,024 layers of 2·2·2^32 bytes. */
export function weightsByteLength(inference: Inference): number {
  return inference.layers.reduce((sum, layer) => sum + planeCount(layer) * planeByteLength(layer), 0);
}

/**
 * The bytes of weights.bin: little-endian int16, layer by layer, plane by plane, row-major.
 * @throws MeshError INVALID_MODEL when the planes do not have the sizes that the manifest says
 */
export function encodeWeights({ manifest, planes }: ModelBundle): Uint8Array {
  const { layers } = manifest.inference;
  if (planes.length !== layers.length) {
    throw invalidModel('weights', `${planes.length} layers of weights for ${layers.length} layers`);
  }
  const bytes = new Uint8Array(weightsByteLength(manifest.inference));
  let at = 0;
  for (const [index, layer] of layers.entries()) {
    const own = planes[index]!;
    if (
      own.length !== planeCount(layer) ||
      own.some((plane) => plane.byteLength !== planeByteLength(layer))
    ) {
      throw invalidModel(`layer ${index}`, 'the planes do not have the sizes that the manifest says');
    }
    for (const plane of own) {
      bytes.set(planeBytes(plane), at);
      at += plane.byteLength;
    }
  }
  return bytes;
}

/**
 * The bundle in the bytes of its two files, fully checked.
 * @throws MeshError INVALID_MODEL
 */
export function decodeBundle(manifestBytes: Uint8Array, weights: Uint8Array): ModelBundle {
  const manifest = decodeManifest(manifestBytes);
  const expected = weightsByteLength(manifest.inference);
  if (weights.length !== expected) {
    throw invalidModel('weights', `${weights.length} bytes where the manifest needs ${expected}`);
  }
  let at = 0;
  const planes = manifest.inference.layers.map((layer) =>
    Array.from({ length: planeCount(layer) }, () =>
      planeFromBytes(weights.subarray(at, (at += planeByteLength(layer)))),
    ),
  );
  return openBundle(manifest, planes);
}

type Layer = Inference['layers'][number];
const planeCount = (layer: Layer) => layer.weight_bits / 14;
const planeByteLength = (layer: Layer) => 2 * layer.input_size * layer.output_size;
