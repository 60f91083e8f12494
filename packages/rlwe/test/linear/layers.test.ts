import { afterEach, describe, expect, test } from 'vitest';
import type { CkksClient, SchemeName, Tier } from '@sharemesh/rlwe';
import { bothSides, randomInputs, randomLayer } from '../layers.ts';
import type { TestLayer } from '../layers.ts';

const open: CkksClient[] = [];
afterEach(() => open.splice(0).forEach((client) => client.close()));

async function run(layer: TestLayer, x: Float64Array, scheme: SchemeName, tier: Tier) {
  const { client, evaluator, key } = await bothSides([layer], scheme, tier);
  open.push(client);
  const sent = client.encryptLayer(0, x);
  evaluator.check(0, sent.payloads, sent.batch);
  const replies = evaluator.evaluate(0, sent.payloads, sent.batch, key);
  return { y: client.decryptLayer(0, sent, replies), sent, plan: client.plans[0]!, replies };
}

/** W·x in exact integers for inputs rounded to `fractionBits`; weights as they are. */
function exact(layer: TestLayer, x: Float64Array, fractionBits: number): bigint[] {
  const batch = x.length / layer.columns;
  const v = Array.from(x, (value) => BigInt(Math.round(value * 2 ** fractionBits)));
  const y: bigint[] = [];
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < layer.rows; r++) {
      let sum = 0n;
      for (let j = 0; j < layer.columns; j++) sum += BigInt(layer.weight(r, j)) * v[b * layer.columns + j]!;
      y.push(sum);
    }
  }
  return y;
}

const shapes = [
  [1, 1, 1],
  [1, 8, 1],
  [1, 8, 300],
  [10, 256, 3],
  [3, 5000, 1],
  [600, 7, 2],
  [37, 129, 5],
  [128, 784, 1],
] as const;

describe.each(['circuit-private', 'public-model'] as const)('%s tier', (tier) => {
  describe.each([14, 28] as const)('%i-bit weights', (bits) => {
    test.each(shapes)('bfv is exact: %i rows, %i columns, batch %i', async (rows, columns, batch) => {
      const layer = randomLayer(rows, columns, bits);
      const x = randomInputs(batch * columns, 3);
      const { y, sent } = await run(layer, x, 'bfv', tier);
      const { fractionBits } = sent.precision;
      exact(layer, x, fractionBits).forEach((value, i) => {
        const expected = Number(value) * 2 ** -fractionBits * layer.rowScales[i % rows]!;
        if (y[i] !== expected) throw new Error(`output ${i} differs`);
      });
    });

    test.each(shapes)(
      'ckks is within its bound: %i rows, %i columns, batch %i',
      async (rows, columns, batch) => {
        const layer = randomLayer(rows, columns, bits);
        const x = randomInputs(batch * columns, 3);
        const { y, plan, sent } = await run(layer, x, 'ckks', tier);
        const { rowSum, weightShift, encoding } = plan;
        const largest =
          rowSum * 2 ** weightShift * (2 ** encoding.inputBits * 2 ** -sent.precision.fractionBits);
        const noise = encoding.relativeError * largest;
        const rounding =
          columns * (weightShift ? 2 ** (weightShift - 1) * 3 : 0) +
          rowSum * 2 ** weightShift * 2 ** -sent.precision.fractionBits;
        exact(layer, x, 30).forEach((value, i) => {
          const expected = (Number(value) / 2 ** 30) * layer.rowScales[i % rows]!;
          expect(Math.abs(y[i]! - expected)).toBeLessThanOrEqual(
            (noise + rounding) * layer.rowScales[i % rows]!,
          );
        });
        expect(encoding.relativeError).toBeLessThan(2 ** -17);
      },
    );
  });
});

describe('inputs', () => {
  test.each([1e-9, 1e-3, 1, 1e5, 1e12])(
    'of size %f are scaled to fit, and are exact relative to 1 below it',
    async (size) => {
      const layer = randomLayer(4, 16, 14);
      const x = randomInputs(16, size);
      const { y } = await run(layer, x, 'ckks', 'public-model');
      exact(
        layer,
        Float64Array.from(x, (v) => v / size),
        40,
      ).forEach((value, i) => {
        const expected = (Number(value) / 2 ** 40) * size * layer.rowScales[i]!;
        expect(Math.abs(y[i]! - expected)).toBeLessThan(Math.max(size, 1) * 2 ** -14);
      });
    },
  );

  test('at the bounds of weights, row sum and input do not overflow', async () => {
    for (const sign of [1, -1]) {
      const columns = 100;
      const planes = [new Int16Array(2 * columns).fill(8191 * sign)];
      const weight = () => 8191 * sign;
      const maxRowSum = 8191 * columns;
      const rowScales = new Float64Array(2).fill(1);
      const layer: TestLayer = { rows: 2, columns, weightBits: 14, maxRowSum, rowScales, planes, weight };
      const x = new Float64Array(columns).fill(-1);
      expect((await run(layer, x, 'bfv', 'circuit-private')).y).toEqual(
        new Float64Array(2).fill(-sign * maxRowSum),
      );
      const [approximate] = (await run(layer, x, 'ckks', 'circuit-private')).y;
      expect(Math.abs(approximate! + sign * maxRowSum)).toBeLessThan(maxRowSum * 2 ** -16);
    }
  });

  test('all zero give zero', async () => {
    const layer = randomLayer(5, 20, 14);
    expect((await run(layer, new Float64Array(20), 'bfv', 'circuit-private')).y.every((v) => v === 0)).toBe(
      true,
    );
  });

  test.each([NaN, Infinity, -Infinity])('%f is refused before anything is encrypted', async (value) => {
    const layer = randomLayer(2, 4, 14);
    await expect(run(layer, Float64Array.of(1, value, 2, 3), 'ckks', 'public-model')).rejects.toMatchObject({
      code: 'INPUT_OUT_OF_RANGE',
    });
  });

  test('of the wrong length are refused', async () => {
    const layer = randomLayer(2, 4, 14);
    await expect(run(layer, new Float64Array(5), 'ckks', 'public-model')).rejects.toMatchObject({
      code: 'DIMENSION_MISMATCH',
    });
  });
});

test('three layers of one model share a ring and a key', async () => {
  const layers = [randomLayer(128, 784, 14, 1), randomLayer(128, 128, 14, 2), randomLayer(10, 128, 14, 3)];
  const { client, evaluator, key } = await bothSides(layers, 'ckks', 'circuit-private');
  open.push(client);
  let x = randomInputs(784);
  layers.forEach((layer, at) => {
    const sent = client.encryptLayer(at, x);
    const y = client.decryptLayer(at, sent, evaluator.evaluate(at, sent.payloads, 1, key));
    exact(layer, x, 30).forEach((value, i) => {
      expect(Math.abs(y[i]! - (Number(value) / 2 ** 30) * layer.rowScales[i]!)).toBeLessThan(1e-4);
    });
    x = y.map((v) => Math.max(0, v));
  });
});

test('a closed client neither encrypts nor decrypts', async () => {
  const { client } = await bothSides([randomLayer(2, 4, 14)], 'ckks', 'public-model');
  client.close();
  client.close();
  expect(() => client.encryptLayer(0, new Float64Array(4))).toThrow(/closed/);
});
