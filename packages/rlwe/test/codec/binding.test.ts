import { describe, expect, test } from 'vitest';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import { planBinding, ringBinding } from '../../src/codec/binding.ts';
import { planModel } from '../../src/linear/layer-plan.ts';
import type { LayerPlan } from '../../src/linear/layer-plan.ts';
import { toHex } from '../../../../tests/support/generator-log.ts';
import { randomLayer } from '../layers.ts';

const kernels = await loadRlweKernels();
const plan = planModel([randomLayer(10, 256, 14)], 'ckks', 'circuit-private')[0]!;
const { parameters, layer, shape, encoding } = plan;

describe('what a ciphertext is bound to', () => {
  const [p, ...others] = parameters.moduli as [number, ...number[]];
  const changes: Record<string, Partial<LayerPlan>> = {
    scheme: { scheme: 'bfv' },
    tier: { tier: 'public-model' },
    degree: { parameters: { ...parameters, degree: 8192 } },
    'a prime': { parameters: { ...parameters, moduli: [p, others[0]!, 33_538_049] } },
    'the order of the primes': { parameters: { ...parameters, moduli: [...others, p] } },
    rows: { layer: { ...layer, rows: 11 } },
    columns: { layer: { ...layer, columns: 255 } },
    'weight bits': { layer: { ...layer, weightBits: 28 } },
    'row sum': { layer: { ...layer, maxRowSum: layer.maxRowSum + 1 } },
    'weight shift': { weightShift: 1 },
    'block rows': { shape: { ...shape, blockRows: 9 } },
    'block columns': { shape: { ...shape, blockColumns: 255 } },
    'rows of a batch in a ciphertext': { shape: { ...shape, batchRows: 2 } },
    'input bits': { encoding: { ...encoding, inputBits: 29 } },
    scale: { encoding: { ...encoding, scaleBits: encoding.scaleBits + 1 } },
    flood: { floodBits: plan.floodBits! - 1 },
    'no flood': { floodBits: undefined },
    'primes of a reply': { replyLimbs: 2 },
    'low bits dropped': { replyDrop: 0 },
  };
  const bindings = [plan, ...Object.values(changes).map((change) => ({ ...plan, ...change }))].map((one) =>
    planBinding(kernels, one),
  );

  test.each(Object.keys(changes).map((name, i) => [name, i + 1] as const))('%s', (_, i) => {
    expect(toHex(bindings[i]!)).not.toBe(toHex(bindings[0]!));
  });

  test('is 16 bytes, all different for all of these, and for a key', () => {
    const all = [...bindings, ringBinding(kernels, parameters)];
    expect(all.every(({ length }) => length === 16)).toBe(true);
    expect(new Set(all.map(toHex)).size).toBe(all.length);
    // fields cannot run into each other
    const shifted = (rows: number, columns: number) =>
      toHex(planBinding(kernels, { ...plan, layer: { ...layer, rows, columns } }));
    expect(shifted(1, 12)).not.toBe(shifted(11, 2));
  });
});

test('a key is bound to its ring: the degree, each prime, and their order', () => {
  const [a, b, c] = parameters.moduli as [number, number, number];
  const rings = [
    { degree: 4096, moduli: [a, b, c] },
    { degree: 8192, moduli: [a, b, c] },
    { degree: 4096, moduli: [a, b] },
    { degree: 4096, moduli: [a, b, 33_538_049] },
    { degree: 4096, moduli: [b, a, c] },
  ];
  expect(new Set(rings.map((ring) => toHex(ringBinding(kernels, ring)))).size).toBe(rings.length);
});
