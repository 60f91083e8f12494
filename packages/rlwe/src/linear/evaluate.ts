import type { Address } from '@sharemesh/kernels/rlwe';
import { encodeReply } from '../codec/reply.ts';
import { decodeSeeded } from '../codec/seeded.ts';
import { Kind } from '../codec/header.ts';
import { expandUniform } from '../encryption/encrypt.ts';
import { addFlood, addMask, addMaskError } from '../encryption/rerandomise.ts';
import type { PublicKey } from '../encryption/rerandomise.ts';
import type { Ring } from '../ring/ring.ts';
import { outputPosition } from './block-shape.ts';
import { replyBlocks } from './groups.ts';
import type { ReplyBlock } from './groups.ts';
import type { LayerPlan } from './layer-plan.ts';
import { loadWeights } from './weights.ts';
import type { EncodedWeights } from './weights.ts';

/** The input ciphertexts of a group: for each prime, the column blocks one after the other. */
interface Inputs {
  readonly c0: Address;
  readonly c1: Address;
}

/**
 * W·x under encryption: unpack, multiply and sum, re-randomise, switch the modulus down, keep what is read.
 *
 * @param payloads the input ciphertexts of a batch
 * @param key the client's public key; the circuit-private tier needs it
 * @returns the replies, in the order of `replyBlocks`
 * @throws MeshError from the codec; payloads that `checkRequest` passed give none
 */
export function evaluateLayer(
  ring: Ring,
  plan: LayerPlan,
  binding: Uint8Array,
  weights: EncodedWeights,
  payloads: readonly Uint8Array[],
  batch: number,
  key?: PublicKey,
): Uint8Array[] {
  const { shape, layer } = plan;
  return ring.scratch(() => {
    const size = ring.limbs.length * shape.columnBlocks * ring.degree;
    const inputs = { c0: ring.kernels.allocate(size), c1: ring.kernels.allocate(size) };
    let loaded = -1;
    return replyBlocks(shape, layer.rows, batch).map((block) => {
      const group = block.firstInput / shape.batchRows;
      if (group !== loaded) {
        const first = group * shape.columnBlocks;
        loadInputs(ring, binding, inputs, payloads.slice(first, first + shape.columnBlocks));
        loaded = group;
      }
      return evaluateBlock(ring, plan, binding, weights, inputs, block, key);
    });
  });
}

function loadInputs(
  ring: Ring,
  binding: Uint8Array,
  { c0, c1 }: Inputs,
  payloads: readonly Uint8Array[],
): void {
  const limbBytes = 4 * ring.degree * payloads.length;
  ring.scratch(() => {
    const uniform = ring.allocate();
    payloads.forEach((payload, column) => {
      const offset = 4 * ring.degree * column;
      const seed = decodeSeeded(ring, Kind.request, binding, payload, (k) => c0 + k * limbBytes + offset);
      expandUniform(ring, uniform, seed, 'uniform');
      ring.limbs.forEach((_, k) => {
        const target = ring.kernels.words(c1 + k * limbBytes + offset, ring.degree);
        target.set(ring.kernels.words(ring.limb(uniform, k), ring.degree));
      });
    });
  });
}

function evaluateBlock(
  ring: Ring,
  plan: LayerPlan,
  binding: Uint8Array,
  weights: EncodedWeights,
  inputs: Inputs,
  block: ReplyBlock,
  key: PublicKey | undefined,
): Uint8Array {
  const { kernels, degree } = ring;
  const { shape } = plan;
  const row = block.firstRow / shape.blockRows;
  return ring.scratch(() => {
    const [c0, c1] = [ring.allocate(), ring.allocate()];
    const w = kernels.allocate(shape.columnBlocks * degree);
    ring.limbs.forEach(({ p }, k) => {
      loadWeights(ring, plan, weights, row, k, w);
      const offset = 4 * degree * shape.columnBlocks * k;
      kernels.dotPair(
        ring.limb(c0, k),
        ring.limb(c1, k),
        inputs.c0 + offset,
        inputs.c1 + offset,
        4 * degree,
        w,
        4 * degree,
        shape.columnBlocks,
        degree,
        p,
      );
    });
    if (key) addMask(ring, c0, c1, key);
    ring.inverse(c0);
    ring.inverse(c1);
    if (key) addMaskError(ring, c1);

    const outputs = block.inputs * block.rows;
    const count = Math.ceil(outputs / 8) * 8;
    const results = gatherOutputs(ring, plan, c0, block, count);
    if (plan.floodBits !== undefined) addFlood(ring, results, count, plan.floodBits);
    ring.dropTo(results, plan.replyLimbs, count, 4 * count);
    ring.dropTo(c1, plan.replyLimbs);
    return encodeReply(ring, plan, binding, c1, results, outputs, 4 * count);
  });
}

/** Only the outputs' coefficients of c0 leave the server. */
function gatherOutputs(
  ring: Ring,
  { shape }: LayerPlan,
  c0: Address,
  block: ReplyBlock,
  count: number,
): Address {
  const results = ring.kernels.allocate(count * ring.limbs.length);
  ring.limbs.forEach((_, k) => {
    const from = ring.kernels.words(ring.limb(c0, k), ring.degree);
    const to = ring.kernels.words(results + 4 * count * k, count);
    for (let b = 0, i = 0; b < block.inputs; b++) {
      for (let r = 0; r < block.rows; r++) to[i++] = from[outputPosition(shape, b, r)]!;
    }
  });
  return results;
}
