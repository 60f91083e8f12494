import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { importSafetensors } from '@sharemesh/model';
import type { ImportedModel, WeightBits } from '@sharemesh/model';

const shared = new URL('../../../../shared/', import.meta.url);
const model = new URL('models/mnist-network-a-relu.safetensors', shared);
const images = new URL('data/mnist-t10k-images-idx3-ubyte.gz', shared);
const labels = new URL('data/mnist-t10k-labels-idx1-ubyte.gz', shared);

/** Network A (784→128→128→10, ReLU) and MNIST lie beside the repository; without them the tests say so and skip. */
export const present = [model, images, labels].every((file) => existsSync(file));
export const reason = present ? '' : ' (skipped: ../shared with MNIST and Network A is not here)';

export const importNetworkA = (weightBits: WeightBits): ImportedModel =>
  importSafetensors(readFileSync(model), { modelId: 'network-a', version: `${weightBits}`, weightBits });

export interface Digits {
  /** 784 pixels in 0 … 1 for each digit. */
  readonly rows: Float64Array[];
  readonly labels: Uint8Array;
}

/** Digits 8000 … 8000 + count − 1 of the MNIST test file: none of them was trained on. */
export function loadDigits(count: number): Digits {
  // IDX: 16 bytes of header for images, 8 for labels
  const pixels = gunzipSync(readFileSync(images)).subarray(16 + 8_000 * 784);
  const rows = Array.from({ length: count }, (_, i) =>
    Float64Array.from(pixels.subarray(i * 784, (i + 1) * 784), (pixel) => pixel / 255),
  );
  return { rows, labels: gunzipSync(readFileSync(labels)).subarray(8 + 8_000, 8 + 8_000 + count) };
}
