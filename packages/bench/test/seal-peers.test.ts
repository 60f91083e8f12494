import { describe, expect, test } from 'vitest';
import { hybridDiagonals } from '../src/peers/seal/hybrid-diagonals.ts';
import { SEAL_MISSING, loadSeal } from '../src/peers/seal/load-seal.ts';
import { onePerFeature } from '../src/peers/seal/one-per-feature.ts';
import { rotateAndSum } from '../src/peers/seal/rotate-and-sum.ts';
import { sealTransform } from '../src/peers/seal/transform.ts';
import type { SealWay } from '../src/peers/seal/seal-layer.ts';
import { randomInputs, randomLayers } from '../src/shapes.ts';
import { openOwnLayer } from '../src/suites/ckks/own-layer.ts';

const seal = await loadSeal();
const reason = seal ? '' : ` (skipped: ${SEAL_MISSING})`;

const shapeOf = (inputs: number, outputs: number) => ({
  id: `${inputs}x${outputs}`,
  title: `${inputs}→${outputs}`,
  sizes: [inputs, outputs],
});

/** W·x in float64, by hand. */
function problem(inputs: number, outputs: number) {
  const shape = shapeOf(inputs, outputs);
  const [layer] = randomLayers(shape);
  const x = randomInputs(shape, 1);
  const expected = Array.from({ length: outputs }, (_, row) =>
    x.reduce((sum, value, j) => sum + layer!.weights[row * inputs + j]! * value, 0),
  );
  return { layer: layer!, x, expected };
}

const expectClose = (actual: Float64Array, expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThan(5e-3));
};

describe.skipIf(!seal)(`the peers through node-seal compute W·x${reason}`, () => {
  test.each<[string, SealWay, number, number]>([
    ['rotate-and-sum', rotateAndSum, 20, 3],
    ['diagonals of a wide matrix', hybridDiagonals, 40, 5],
    ['diagonals of a square one', hybridDiagonals, 16, 16],
    ['diagonals of one row', hybridDiagonals, 8, 1],
    ['a ciphertext for each feature', onePerFeature, 5, 2],
  ])('%s', (_, way, inputs, outputs) => {
    const { layer, x, expected } = problem(inputs, outputs);
    const peer = way(seal!, layer);
    for (let round = 0; round < 2; round++) {
      peer.encrypt(x);
      peer.evaluate();
      expectClose(peer.decrypt(), expected);
    }
    const { up, down, keys } = peer.bytes();
    expect(Math.min(up, down)).toBeGreaterThan(10_000);
    expect(keys > 0).toBe(way !== onePerFeature);
  });

  test('the transform runs again and again on the same ciphertext', () => {
    const transform = sealTransform(seal!);
    expect(transform.bits).toBe(360);
    transform.run();
    transform.run();
  });
});

test.each(['circuit-private', 'public-model'] as const)('so does our own side, %s', async (tier) => {
  const { layer, x, expected } = problem(40, 5);
  const own = await openOwnLayer(layer, tier);
  own.encrypt(x);
  own.evaluate();
  expectClose(own.decrypt(), expected);
  own.close();
});
