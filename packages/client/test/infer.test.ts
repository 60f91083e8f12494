import { describe, expect, it } from 'vitest';
import { plaintext, sample, testMesh } from './support/test-mesh.ts';

const x = sample(12, 9);

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
}

describe('infer', () => {
  for (const parties of [2, 3, 5]) {
    for (const options of [{}, { seeded: false }, { packed: true }]) {
      it(`equals the model in the clear with ${parties} parties and ${JSON.stringify(options)}`, async () => {
        const client = await testMesh(parties).connect(options);
        const { output } = await client.infer(x);
        expect(largestDifference(output, plaintext(x))).toBeLessThan(1e-6);
      });
    }
  }
});
