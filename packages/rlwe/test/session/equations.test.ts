import { afterEach, describe, expect, test, vi } from 'vitest';
import type * as Kernels from '@sharemesh/kernels/rlwe';
import type { CkksClient, SchemeName, Tier } from '@sharemesh/rlwe';
import { planModel } from '../../src/linear/layer-plan.ts';
import type { LayerPlan } from '../../src/linear/layer-plan.ts';
import { bothSides, randomInputs, randomLayer } from '../layers.ts';
import type { TestLayer } from '../layers.ts';
import {
  bitLength,
  combine,
  fromNtt,
  modulo,
  multiplyAdd,
  packInputs,
  packWeights,
  readSeeded,
  switchModulus,
  toNtt,
  unpackBits,
} from './oracle.ts';
import { toHex } from '../../../../tests/support/generator-log.ts';
import { draws } from './watched.ts';

vi.mock('@sharemesh/kernels/rlwe', async (original) => {
  const kernels = await original<typeof Kernels>();
  const { watch } = await import('./watched.ts');
  return { ...kernels, loadRlweKernels: async () => watch(await kernels.loadRlweKernels()) };
});

// With every sample of a session known, each message follows from the formulas of docs/rlwe.md, to the last bit. A term
// that is missing, doubled, of another sign, in another place or of another sample gives other bytes.

const open: CkksClient[] = [];
afterEach(() => {
  open.splice(0).forEach((client) => client.close());
  draws.length = 0;
});

const valuesOf = (purpose: string) =>
  draws.filter((draw) => draw.purpose === purpose).map(({ values }) => values);

/** The uniform half that a seed on the wire stands for, prime by prime, in the NTT domain. */
function uniformOf(bytes: Uint8Array, purpose: string): readonly (readonly number[])[] {
  const seed = toHex(bytes.subarray(20, 52));
  const streams = new Map(
    draws
      .filter((draw) => draw.purpose === purpose && draw.seed === seed)
      .map((draw) => [draw.index, draw.values]),
  );
  return [...streams.keys()].toSorted((a, b) => a - b).map((index) => streams.get(index)!);
}

async function exchange(layer: TestLayer, batch: number, scheme: SchemeName, tier: Tier) {
  const { client, evaluator, key } = await bothSides([layer], scheme, tier);
  open.push(client);
  const plan = client.plans[0]!;
  const x = randomInputs(batch * layer.columns, 0.99);
  const { payloads } = client.encryptLayer(0, x);
  const replies = evaluator.evaluate(0, payloads, batch, key);
  const rows = Array.from({ length: batch }, (_, b) =>
    x.subarray(b * layer.columns, (b + 1) * layer.columns),
  );
  return { client, plan, rows, payloads, replies };
}

const cases = [
  ['one reply', randomLayer(4, 8, 14), 1, 'ckks', 'circuit-private'],
  ['two column blocks', randomLayer(3, 5000, 14), 1, 'ckks', 'circuit-private'],
  ['several replies and a batch', randomLayer(600, 7, 14), 2, 'ckks', 'circuit-private'],
  ['weights that lose low bits', randomLayer(10, 100, 28), 2, 'ckks', 'circuit-private'],
  ['exact integers', randomLayer(10, 100, 14), 3, 'bfv', 'circuit-private'],
  ['public weights', randomLayer(5, 40, 14), 2, 'ckks', 'public-model'],
] as const;

describe.each(cases)('%s', (_, layer, batch, scheme, tier) => {
  const run = () => exchange(layer, batch, scheme, tier);

  test('c0 = m + e − a·s, a from the seed that travels, e and s drawn', async () => {
    const { plan, payloads, rows } = await run();
    const { moduli } = plan.parameters;
    const [secret] = valuesOf('secret');
    const errors = valuesOf('error');
    const { columnBlocks, batchRows } = plan.shape;
    const q = moduli.reduce((product, p) => product * BigInt(p), 1n);
    const delta =
      scheme === 'bfv' ? q >> BigInt(plan.encoding.scaleBits) : 1n << BigInt(plan.encoding.scaleBits);
    expect(errors).toHaveLength(payloads.length);
    payloads.forEach((payload, i) => {
      const group = Math.floor(i / columnBlocks);
      const inputs = rows.slice(group * batchRows, (group + 1) * batchRows);
      const integers = packInputs(plan, inputs, i % columnBlocks);
      const uniform = uniformOf(payload, 'uniform');
      readSeeded(payload, plan).forEach((c0, k) => {
        const p = moduli[k]!;
        const phase = fromNtt(multiplyAdd(c0, uniform[k]!, toNtt(secret!, p), p), p);
        const weight = Number(delta % BigInt(p));
        const expected = integers.map((value, j) =>
          modulo(Number((BigInt(value) * BigInt(weight)) % BigInt(p)) + errors[i]![j]!, p),
        );
        expect(differences(phase, expected)).toBe(0);
      });
    });
  });

  test('replies are Σ c_i·w_i, an encryption of zero and the flood, switched down, without low bits', async () => {
    const { plan, payloads, replies, client } = await run();
    const expected = expectedReplies(plan, layer, { payloads, publicKey: client.publicKey, batch });
    expect(replies.length).toBe(expected.length);
    replies.forEach((reply, i) => {
      const { c1, c0 } = readReply(reply, plan, expected[i]!.outputs);
      c1.forEach((words, k) => expect(differences(words, expected[i]!.c1[k]!)).toBe(0));
      expect(c0).toEqual(expected[i]!.c0);
    });
  });
});

test('the cases differ in all that a plan has', async () => {
  const plans = cases.map(([, layer, , scheme, tier]) => planModel([layer], scheme, tier)[0]!);
  const differ = <T>(of: (plan: LayerPlan) => T) => new Set(plans.map(of)).size > 1;
  expect(differ(({ shape }) => shape.columnBlocks)).toBe(true);
  expect(differ(({ shape }) => shape.rowBlocks)).toBe(true);
  expect(differ(({ replyLimbs }) => replyLimbs)).toBe(true);
  expect(differ(({ replyDrop }) => replyDrop)).toBe(true);
  expect(differ(({ weightShift }) => weightShift)).toBe(true);
  expect(differ(({ parameters }) => parameters)).toBe(true);
});

test('p0 = e − p1·s: the public key is an encryption of zero with an error of its own', async () => {
  const { client, plan } = await exchange(randomLayer(4, 8, 14), 1, 'ckks', 'circuit-private');
  const [secret] = valuesOf('secret');
  const [error] = valuesOf('key error');
  const uniform = uniformOf(client.publicKey!, 'public key');
  readSeeded(client.publicKey!, plan).forEach((p0, k) => {
    const p = plan.parameters.moduli[k]!;
    const phase = fromNtt(multiplyAdd(p0, uniform[k]!, toNtt(secret!, p), p), p);
    expect(
      differences(
        phase,
        error!.map((value) => modulo(value, p)),
      ),
    ).toBe(0);
  });
});

const differences = (a: readonly number[], b: readonly number[]) =>
  a.filter((value, i) => value !== b[i]).length + Math.abs(a.length - b.length);

interface Reply {
  readonly outputs: number;
  /** Words as they travel, prime by prime. */
  readonly c1: readonly (readonly number[])[];
  readonly c0: readonly (readonly number[])[];
}

/** header ‖ c1, prime by prime, without its low bits ‖ the outputs of c0, each run padded to a byte. Nothing else. */
function readReply(bytes: Uint8Array, plan: LayerPlan, outputs: number): Omit<Reply, 'outputs'> {
  const { degree, moduli } = plan.parameters;
  const kept = moduli.slice(0, plan.replyLimbs);
  let at = 20;
  const take = (count: number, bits: number) => {
    const size = Math.ceil((count * bits) / 8);
    at += size;
    return unpackBits(bytes.subarray(at - size, at), bits, count);
  };
  const half = 2 ** plan.replyDrop / 2;
  const c1 = kept.map((p) => take(degree, bitLength(Math.floor((p - 1 + half) / 2 ** plan.replyDrop))));
  const c0 = kept.map((p) => take(outputs, bitLength(p)));
  expect(bytes.length).toBe(at);
  return { c1, c0 };
}

interface Sent {
  readonly payloads: readonly Uint8Array[];
  readonly publicKey: Uint8Array | undefined;
  readonly batch: number;
}

/** Every reply, from the request, the weights and what the server drew. */
function expectedReplies(plan: LayerPlan, layer: TestLayer, { payloads, publicKey, batch }: Sent): Reply[] {
  const { parameters, shape, floodBits, replyLimbs, replyDrop } = plan;
  const { moduli } = parameters;
  const digits = floodBits === undefined ? 0 : Math.ceil((floodBits + 1) / 30);
  const [masks, maskErrors, floods] = ['mask', 'mask error', 'flood'].map(valuesOf);
  const key = publicKey && { p0: readSeeded(publicKey, plan), p1: uniformOf(publicKey, 'public key') };
  const replies: Reply[] = [];
  for (let first = 0; first < batch; first += shape.batchRows) {
    const group = payloads.slice(replies.length === 0 ? 0 : (first / shape.batchRows) * shape.columnBlocks);
    const inputs = Math.min(shape.batchRows, batch - first);
    for (let row = 0; row < shape.rowBlocks; row++) {
      const at = replies.length;
      const halves = moduli.map((p, k) => {
        let c0: number[] = Array.from({ length: parameters.degree }, () => 0);
        let c1 = c0;
        for (let column = 0; column < shape.columnBlocks; column++) {
          const w = toNtt(packWeights(plan, layer, row, column), p);
          c0 = multiplyAdd(c0, readSeeded(group[column]!, plan)[k]!, w, p);
          c1 = multiplyAdd(c1, uniformOf(group[column]!, 'uniform')[k]!, w, p);
        }
        if (key) {
          const u = toNtt(masks![at]!, p);
          c0 = multiplyAdd(c0, u, key.p0[k]!, p);
          c1 = multiplyAdd(c1, u, key.p1[k]!, p);
        }
        c1 = fromNtt(c1, p);
        if (key) c1 = c1.map((value, i) => modulo(value + maskErrors![at]![i]!, p));
        return { c0: fromNtt(c0, p), c1 };
      });

      const rows = Math.min(shape.blockRows, layer.rows - row * shape.blockRows);
      const positions = Array.from({ length: inputs * rows }, (_, i) => {
        const [b, r] = [Math.floor(i / rows), i % rows];
        return (b * shape.blockRows + r + 1) * shape.blockColumns - 1;
      });
      const q = moduli.reduce((product, p) => product * BigInt(p), 1n);
      const kept = moduli.slice(0, replyLimbs);
      const down = (residues: number[]) => {
        const x = switchModulus(combine(residues, moduli), moduli, replyLimbs);
        return kept.map((p) => Number(x % BigInt(p)));
      };
      const c0 = positions.map((position, i) => {
        const flood = floodOf(floods!.slice(at * digits, (at + 1) * digits), i);
        if (floodBits !== undefined) {
          expect(flood >= -(1n << BigInt(floodBits)) && flood < 1n << BigInt(floodBits)).toBe(true);
        }
        const value =
          (combine(
            halves.map((half) => half.c0[position]!),
            moduli,
          ) +
            flood +
            q) %
          q;
        return down(moduli.map((p) => Number(value % BigInt(p))));
      });
      const c1 = Array.from({ length: parameters.degree }, (_, i) =>
        down(halves.map((half) => half.c1[i]!)).map((word) =>
          replyDrop > 0 ? Math.floor((word + 2 ** (replyDrop - 1)) / 2 ** replyDrop) : word,
        ),
      );
      replies.push({
        outputs: positions.length,
        c1: kept.map((_, k) => c1.map((words) => words[k]!)),
        c0: kept.map((_, k) => c0.map((words) => words[k]!)),
      });
    }
  }
  // each was drawn for each reply, and for nothing else
  const drawn = key ? replies.length : 0;
  expect([masks, maskErrors, floods].map((each) => each!.length)).toEqual([drawn, drawn, drawn * digits]);
  return replies;
}

/** Σ_j d_j·2^(30j): the top digit is signed, the others are stored 2^29 lower than they count. */
function floodOf(digits: readonly (readonly number[])[], i: number): bigint {
  return digits.reduce((sum, values, j) => {
    const digit = values[i]! + (j < digits.length - 1 ? 2 ** 29 : 0);
    return sum + (BigInt(digit) << BigInt(30 * j));
  }, 0n);
}
