import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import { describe, expect, test } from 'vitest';
import { planBinding, ringBinding } from '../../src/codec/binding.ts';
import { Kind, writeHeader } from '../../src/codec/header.ts';
import { encodeReply } from '../../src/codec/reply.ts';
import { encodeSeeded } from '../../src/codec/seeded.ts';
import { planModel } from '../../src/linear/layer-plan.ts';
import type { LayerPlan } from '../../src/linear/layer-plan.ts';
import { Ring } from '../../src/ring/ring.ts';

const kernels = await loadRlweKernels();
const layer = { rows: 3, columns: 20, weightBits: 14, maxRowSum: 1_000 } as const;
const [plan] = planModel([layer], 'ckks', 'circuit-private') as [LayerPlan];
const invalid = expect.objectContaining({ code: 'INVALID_INPUT' });

/** Every number that goes into the binding of a plan, each with a way to change it. */
const changes: Record<string, (value: number) => LayerPlan> = {
  degree: (degree) => ({ ...plan, parameters: { ...plan.parameters, degree } }),
  modulus: (p) => ({ ...plan, parameters: { ...plan.parameters, moduli: [p] } }),
  rows: (rows) => ({ ...plan, layer: { ...layer, rows } }),
  columns: (columns) => ({ ...plan, layer: { ...layer, columns } }),
  weightBits: (weightBits) => ({ ...plan, layer: { ...layer, weightBits: weightBits as 14 } }),
  maxRowSum: (maxRowSum) => ({ ...plan, layer: { ...layer, maxRowSum } }),
  weightShift: (weightShift) => ({ ...plan, weightShift }),
  blockRows: (blockRows) => ({ ...plan, shape: { ...plan.shape, blockRows } }),
  blockColumns: (blockColumns) => ({ ...plan, shape: { ...plan.shape, blockColumns } }),
  batchRows: (batchRows) => ({ ...plan, shape: { ...plan.shape, batchRows } }),
  inputBits: (inputBits) => ({ ...plan, encoding: { ...plan.encoding, inputBits } }),
  scaleBits: (scaleBits) => ({ ...plan, encoding: { ...plan.encoding, scaleBits } }),
  floodBits: (floodBits) => ({ ...plan, floodBits }),
  replyLimbs: (replyLimbs) => ({ ...plan, replyLimbs }),
  replyDrop: (replyDrop) => ({ ...plan, replyDrop }),
};

describe('a binding', () => {
  test('covers every number of a plan, and its scheme and tier', () => {
    const others: LayerPlan[] = [
      plan,
      ...Object.values(changes).map((change) => change(777)),
      { ...plan, scheme: 'bfv' },
      { ...plan, tier: 'public-model' },
      { ...plan, floodBits: undefined },
    ];
    const bindings = others.map((other) => String(planBinding(kernels, other)));
    expect(new Set(bindings).size).toBe(others.length);
  });

  test.each(Object.keys(changes))('is not made of a %s that is no integer', (name) => {
    for (const value of [NaN, 0.5, Infinity, 2 ** 53, '1' as never]) {
      expect(() => planBinding(kernels, changes[name]!(value))).toThrowError(invalid);
    }
  });

  test('tells flooding noise of any size from none', () => {
    for (const bits of [-1, -2, 1024]) {
      expect(() => planBinding(kernels, { ...plan, floodBits: bits })).toThrowError(invalid);
    }
  });

  test('is not made of names that could run into the next field', () => {
    for (const scheme of ['ckks|1', '', 'Ckks', '\ud800']) {
      expect(() => planBinding(kernels, { ...plan, scheme: scheme as never })).toThrowError(invalid);
    }
  });

  test('of a ring covers its degree and each modulus', () => {
    const rings = [
      { degree: 1024, moduli: [12289] },
      { degree: 2048, moduli: [12289] },
      { degree: 1024, moduli: [12289, 40961] },
      { degree: 1024, moduli: [40961, 12289] },
    ];
    const bindings = rings.map((ring) => String(ringBinding(kernels, ring)));
    expect(new Set(bindings).size).toBe(rings.length);
    expect(() => ringBinding(kernels, { degree: 1024, moduli: [12289.5] })).toThrowError(invalid);
  });
});

describe('a payload is not made', () => {
  const ring = new Ring(kernels, { degree: 1024, moduli: [33_538_049] });
  const binding = new Uint8Array(16);
  const element = ring.allocate();

  test('of a kind or with a binding that does not fit its header', () => {
    const bytes = new Uint8Array(20);
    for (const kind of [0, 4, 257, 1.5]) {
      expect(() => writeHeader(bytes, kind as never, binding)).toThrowError(invalid);
    }
    for (const length of [0, 15, 17]) {
      expect(() => writeHeader(bytes, Kind.request, new Uint8Array(length))).toThrowError(invalid);
    }
  });

  test('with a seed of another length, or more outputs than coefficients', () => {
    for (const length of [0, 31, 33]) {
      const seed = new Uint8Array(length);
      expect(() => encodeSeeded(ring, Kind.request, binding, seed, element)).toThrowError(invalid);
    }
    for (const outputs of [0, 1.5, 1025, NaN]) {
      expect(() => encodeReply(ring, plan, binding, element, element, outputs, 0)).toThrowError(invalid);
    }
  });
});
