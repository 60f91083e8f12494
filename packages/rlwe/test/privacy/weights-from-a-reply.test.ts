import { describe, expect, test } from 'vitest';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import type { Address } from '@sharemesh/kernels/rlwe';
import { planBinding } from '../../src/codec/binding.ts';
import { Kind } from '../../src/codec/header.ts';
import { decodeReply } from '../../src/codec/reply.ts';
import { decodeSeeded } from '../../src/codec/seeded.ts';
import { choosePrecision, encryptLayer } from '../../src/linear/encrypt-layer.ts';
import { evaluateLayer } from '../../src/linear/evaluate.ts';
import { planModel } from '../../src/linear/layer-plan.ts';
import type { LayerPlan } from '../../src/linear/layer-plan.ts';
import { encodeWeights } from '../../src/linear/weights.ts';
import { expandUniform, generatePublicKey } from '../../src/encryption/encrypt.ts';
import type { Tier } from '../../src/ring/parameters.ts';
import type { PublicKey } from '../../src/encryption/rerandomise.ts';
import { Ring } from '../../src/ring/ring.ts';
import { generateSecretKey } from '../../src/encryption/secret-key.ts';
import { bothSides, randomInputs, randomLayer } from '../layers.ts';

/**
 * The client knows a, as it chose the seed; a bare reply holds c1 = a·w. One division gives w, the whole of it, from one
 * query, however little of W·x the client was to learn.
 *
 * The replies here keep the whole modulus: switching it down only rounds what the client sees.
 */
async function attack(tier: Tier, publicKey?: (ring: Ring, honest: PublicKey) => PublicKey) {
  const layer = randomLayer(4, 8, 14);
  const planned = planModel([layer], 'ckks', tier)[0]!;
  const plan: LayerPlan = { ...planned, replyLimbs: planned.parameters.moduli.length, replyDrop: 0 };
  const kernels = await loadRlweKernels();
  const ring = new Ring(kernels, plan.parameters);
  const binding = planBinding(kernels, plan);
  const weights = encodeWeights(ring, plan, layer.planes);
  const key = generateSecretKey(ring);
  const x = randomInputs(8);
  const [request] = encryptLayer(ring, key, plan, binding, x, choosePrecision(plan, x));

  const p0 = ring.allocate();
  const p1 = ring.allocate();
  expandUniform(ring, p1, generatePublicKey(ring, key, p0), 'public key');
  const honest = { p0, p1 };
  const registered = plan.floodBits === undefined ? undefined : (publicKey?.(ring, honest) ?? honest);
  const [reply] = evaluateLayer(ring, plan, binding, weights, [request!], 1, registered);

  // the client, who knows only the seed it sent and the reply
  const [c0, a, c1] = [ring.allocate(), ring.allocate(), ring.allocate()];
  const seed = decodeSeeded(ring, Kind.request, binding, request!, (k) => ring.limb(c0, k));
  expandUniform(ring, a, seed, 'uniform');
  decodeReply(ring, plan, binding, reply!, c1, 4);
  ring.forward(c1);
  const slots = (address: Address) => Array.from(kernels.words(address, ring.degree));
  const { p } = ring.limbs[0]!;
  const [known, seen, secret] = [slots(a), slots(c1), [...weights.subarray(0, ring.degree)]];
  const recovered = secret.filter((w, i) => mulMod(w, known[i]!, p) === seen[i]).length;
  return { recovered, degree: ring.degree };
}

const mulMod = (a: number, b: number, p: number) => Number((BigInt(a) * BigInt(b)) % BigInt(p));

describe('the weights from one reply', () => {
  test('the public-model tier gives them all away, as it says', async () => {
    const { recovered, degree } = await attack('public-model');
    expect(recovered).toBe(degree);
  });

  test('the default tier gives away none', async () => {
    const { recovered } = await attack('circuit-private');
    expect(recovered).toBeLessThanOrEqual(2);
  });

  test('nor under a key whose dishonest half is zero', async () => {
    const { recovered } = await attack('circuit-private', (ring, { p1 }) => ({ p0: ring.allocate(), p1 }));
    expect(recovered).toBeLessThanOrEqual(2);
  });

  test('the same request is answered differently each time', async () => {
    const { client, evaluator, key } = await bothSides([randomLayer(4, 8, 14)], 'ckks', 'circuit-private');
    const sent = client.encryptLayer(0, randomInputs(8));
    const [first, second] = [1, 2].map(() => evaluator.evaluate(0, sent.payloads, 1, key)[0]!);
    const equal = first!.filter((byte, i) => byte === second![i]).length;
    expect(equal / first!.length).toBeLessThan(0.02);
    client.close();
  });
});
