// A share server with a model of its own, for the suite's default run. Tells its URL to the process that forked it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';
import { closeOnSignal } from '@sharemesh/serving/node';
import { parseConfig, startShareServer } from '@sharemesh/share-server/node';

const layer = (inputSize: number, outputSize: number) => ({
  inputSize,
  outputSize,
  weights: Float64Array.from({ length: inputSize * outputSize }, (_, i) => Math.sin(i + 1)),
  bias: new Float64Array(outputSize),
  activation: { type: 'relu' as const },
});

const folder = await mkdtemp(join(tmpdir(), 'sharemesh-contract-'));
const layers = [layer(24, 12), layer(12, 5)];
await saveBundle(folder, createBundle({ modelId: 'contract', version: '1', weightBits: 28, layers }));
const config = parseConfig({ models: [folder], port: 0, logLevel: 'error', operator: 'contract' });
const server = await startShareServer(config);
process.send?.(server.url);
await closeOnSignal([server]);
await rm(folder, { recursive: true });
process.disconnect?.();
