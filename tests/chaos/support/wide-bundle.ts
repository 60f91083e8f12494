import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';

export const WIDTH = 512;

/** One layer, square, wide enough that its products take a moment. */
export const wideBundle = (): ModelBundle =>
  createBundle({
    modelId: 'wide',
    version: '1',
    weightBits: 28,
    layers: [
      {
        inputSize: WIDTH,
        outputSize: WIDTH,
        weights: Float64Array.from({ length: WIDTH * WIDTH }, (_, i) => Math.sin(i)),
        bias: new Float64Array(WIDTH),
        activation: { type: 'identity' },
      },
    ],
  });

/** The bundle in a folder of its own, and how to remove it. */
export async function savedBundle(bundle: ModelBundle): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sharemesh-chaos-'));
  await saveBundle(folder, bundle);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
