import { createCkksClient } from '@sharemesh/rlwe';
import type { CkksClient, ClientLayer, SchemeName, Tier } from '@sharemesh/rlwe';
import { createEvaluator, encodeLayers } from '../src/evaluator.ts';
import type { Evaluator, ExpandedKey } from '../src/evaluator.ts';
import { planModel } from '../src/linear/layer-plan.ts';

/** Deterministic test data, uniform in [0, 1): mulberry32. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface TestLayer extends ClientLayer {
  readonly planes: readonly Int16Array[];
  /** The integer weight at row r, column j. */
  weight(r: number, j: number): number;
}

/** Random weights of full range, and the certificate that goes with them. */
export function randomLayer(rows: number, columns: number, weightBits: 14 | 28, seed = 1): TestLayer {
  const random = generator(seed);
  const high = Int16Array.from({ length: rows * columns }, () => Math.round((random() * 2 - 1) * 8191));
  const low = Int16Array.from({ length: rows * columns }, () => Math.floor(random() * 16_384) - 8192);
  const planes = weightBits === 14 ? [high] : [high, low];
  const weight = (r: number, j: number) => {
    const at = r * columns + j;
    return weightBits === 14 ? high[at]! : high[at]! * 16_384 + low[at]!;
  };
  const sums = Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, j) => Math.abs(weight(r, j))).reduce((sum, w) => sum + w, 0),
  );
  const maxRowSum = Math.max(1, ...sums);
  const rowScales = Float64Array.from({ length: rows }, (_, r) => (1 + r / rows) / maxRowSum);
  return { rows, columns, weightBits, maxRowSum, rowScales, planes, weight };
}

export const randomInputs = (length: number, scale = 1, seed = 2): Float64Array => {
  const random = generator(seed);
  return Float64Array.from({ length }, () => (random() * 2 - 1) * scale);
};

export interface Both {
  readonly client: CkksClient;
  readonly evaluator: Evaluator;
  readonly key: ExpandedKey | undefined;
}

/** A client and an evaluator for the same model, keys exchanged. */
export async function bothSides(layers: readonly TestLayer[], scheme: SchemeName, tier: Tier): Promise<Both> {
  const client = await createCkksClient({ layers, scheme, tier });
  const plans = planModel(layers, scheme, tier);
  const evaluator = await createEvaluator(
    await encodeLayers(plans.map((plan, i) => ({ plan, planes: layers[i]!.planes }))),
  );
  const key = client.publicKey && evaluator.expandKey(client.publicKey);
  return { client, evaluator, key };
}
