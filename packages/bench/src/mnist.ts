import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

const PIXELS = 28 * 28;
/** Magic, count, rows, columns: four big-endian words. */
const IDX_HEADER = 16;
/** The MNIST test set, beside a checkout of the project. */
const TEST_IMAGES = '../shared/data/mnist-t10k-images-idx3-ubyte.gz';
/** Digits before this one may have been trained on. */
const FIRST_HELD_OUT = 8_000;

/** `count` digits that the trained Network A has not seen, pixels in [0, 1], row-major; undefined where they are absent. */
export async function heldOutDigits(count: number): Promise<Float64Array | undefined> {
  const file = await readFile(TEST_IMAGES).catch(() => undefined);
  if (!file) return undefined;
  const images = gunzipSync(file).subarray(IDX_HEADER + FIRST_HELD_OUT * PIXELS);
  return Float64Array.from({ length: count * PIXELS }, (_, k) => images[k]! / 255);
}
