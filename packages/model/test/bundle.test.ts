import { describe, expect, it } from 'vitest';
import { createBundle, digestOf } from '@sharemesh/model';
import { loadBundle, saveBundle } from '@sharemesh/model/node';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

describe('bundle', () => {
  it('round trips on disk', async () => {
    const bundle = createBundle({
      modelId: 'tiny',
      version: '1',
      weightBits: 28,
      layers: [
        {
          inputSize: 3,
          outputSize: 2,
          weights: Float64Array.of(1, -2, 3, 0, 0, 0),
          bias: [0.5, -0.25],
          activation: { type: 'relu' },
        },
      ],
    });
    const directory = join(await mkdtemp(join(tmpdir(), 'sharemesh-')), 'bundle');
    await saveBundle(directory, bundle);
    expect(await loadBundle(directory)).toEqual(bundle);
    expect(bundle.digest).toBe(digestOf(bundle.manifest));
  });
});
