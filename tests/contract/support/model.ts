import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';

const layer = (inputSize: number, outputSize: number) => ({
  inputSize,
  outputSize,
  weights: Float64Array.from({ length: inputSize * outputSize }, (_, i) => Math.sin(i + 1)),
  bias: new Float64Array(outputSize),
  activation: { type: 'relu' as const },
});

/** A small model of the suite's own, on disk. */
export async function saveModel(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sharemesh-contract-'));
  const layers = [layer(24, 12), layer(12, 5)];
  await saveBundle(folder, createBundle({ modelId: 'contract', version: '1', weightBits: 28, layers }));
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
