import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MeshError } from '@sharemesh/wire/errors';

/** Pixels of an image. */
export const PIXELS = 28 * 28;

export interface Digits {
  readonly count: number;
  /** count × 784, row-major: pixel / 255. */
  readonly images: Float64Array;
  readonly labels: Uint8Array;
}

const IMAGES = 'mnist-t10k-images-idx3-ubyte.gz';
const LABELS = 'mnist-t10k-labels-idx1-ubyte.gz';

/**
 * Digits `from` … `to` − 1 of the MNIST test set (Y. LeCun, C. Cortes, C. Burges), in the IDX format, gzipped.
 * @throws MeshError DATASET_MISSING, INVALID_DATASET
 */
export function loadDigits(folder: string, from: number, to: number): Digits {
  const pixels = parseIdx(readGzip(join(folder, IMAGES)), [10_000, 28, 28]);
  const labels = parseIdx(readGzip(join(folder, LABELS)), [10_000]);
  return {
    count: to - from,
    images: Float64Array.from(pixels.subarray(from * PIXELS, to * PIXELS), (pixel) => pixel / 255),
    labels: labels.slice(from, to),
  };
}

function readGzip(file: string): Uint8Array {
  let packed: Uint8Array;
  try {
    packed = readFileSync(file);
  } catch (cause) {
    throw new MeshError('DATASET_MISSING', `${file} cannot be read`, { cause });
  }
  return gunzipSync(packed);
}

/**
 * The bytes of an IDX file of unsigned bytes: two zeros, the type 8, the number of dimensions, each of them as a
 * big-endian u32, then the data.
 * @throws MeshError INVALID_DATASET when the dimensions are not `shape`
 */
export function parseIdx(file: Uint8Array, shape: readonly number[]): Uint8Array {
  const header = 4 + 4 * shape.length;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const size = shape.reduce((product, n) => product * n, 1);
  const fits =
    file.length === header + size &&
    view.getUint32(0) === 0x800 + shape.length &&
    shape.every((n, k) => view.getUint32(4 + 4 * k) === n);
  if (!fits) throw new MeshError('INVALID_DATASET', `an IDX file does not hold ${shape.join(' × ')} bytes`);
  return file.subarray(header);
}
