import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveBundle } from '@sharemesh/model/node';
import { startParties } from 'sharemesh';
import { expect, test, vi } from 'vitest';
import { compare, importNetworkA, isGoodEnough } from '../src/compare.ts';
import { defaultFolder, networkFile } from '../src/files.ts';
import { loadDigits, parseIdx } from '../src/mnist.ts';

/** Server processes start from the sources, while other tests run. */
vi.setConfig({ testTimeout: 180_000 });

const file = networkFile(defaultFolder);
const present = existsSync(file);
if (!present) console.warn(`skipped: Network A, privately, for want of ${file}`);

test('an IDX file is read, and refused when it has another shape', () => {
  const idx = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
  expect([...parseIdx(idx, [2, 3])]).toEqual([1, 2, 3, 4, 5, 6]);
  for (const shape of [[3, 2], [6], [2, 4]]) expect(() => parseIdx(idx, shape)).toThrow('IDX');
  expect(() => parseIdx(idx.subarray(0, 17), [2, 3])).toThrow('IDX');
});

test.skipIf(!present).each([2, 3])('300 digits through %i processes, at both precisions', async (parties) => {
  const safetensors = readFileSync(file);
  const digits = loadDigits(join(defaultFolder, 'data'), 8_000, 8_300);
  const models = ([28, 14] as const).map((bits) => importNetworkA(safetensors, bits));
  const folder = await mkdtemp(join(tmpdir(), 'sharemesh-network-a-test-'));
  const folders = models.map(({ bundle }) => join(folder, bundle.manifest.model_id));
  for (const [k, { bundle }] of models.entries()) await saveBundle(folders[k]!, bundle);
  const servers = await startParties({ parties, models: folders });
  try {
    for (const model of models) {
      const result = await compare(model, digits, servers.urls);
      expect(result).toMatchObject({ parties, digits: 300 });
      expect(result.accuracy).toBeGreaterThan(0.9);
      expect(isGoodEnough(result), JSON.stringify(result)).toBe(true);
    }
  } finally {
    await servers.stop();
    await rm(folder, { recursive: true });
  }
});
