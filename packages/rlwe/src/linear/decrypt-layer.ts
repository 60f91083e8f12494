import { MeshError } from '@sharemesh/wire/errors';
import { decodeReply } from '../codec/reply.ts';
import { inverseMod } from '@sharemesh/kernels/rlwe';
import { multiplyBySecret } from '../encryption/encrypt.ts';
import type { Ring } from '../ring/ring.ts';
import type { SecretKey } from '../encryption/secret-key.ts';
import { schemes } from '../schemes/index.ts';
import { outputPosition } from './block-shape.ts';
import { replyBlocks } from './groups.ts';
import type { LayerPlan } from './layer-plan.ts';

/**
 * Decrypt the replies to a batch.
 *
 * @returns batch × rows, row-major: W·x, without the row scales
 * @throws MeshError from the codec when a reply is not well-formed. Nothing depends on what a well-formed reply holds.
 */
export function decryptLayer(
  ring: Ring,
  key: SecretKey,
  plan: LayerPlan,
  binding: Uint8Array,
  replies: readonly Uint8Array[],
  batch: number,
  fractionBits: number,
): Float64Array {
  const { layer, shape, encoding, replyLimbs } = plan;
  const scheme = schemes[plan.scheme];
  const modulus = ring.modulus(replyLimbs);
  const combine = residueCombiner(ring, replyLimbs);
  const unit = 2 ** (plan.weightShift - fractionBits);
  const y = new Float64Array(batch * layer.rows);
  const blocks = replyBlocks(shape, layer.rows, batch);
  if (replies.length !== blocks.length) {
    throw new MeshError('DIMENSION_MISMATCH', `this batch has ${blocks.length} replies`);
  }
  blocks.forEach(({ firstInput, inputs, firstRow, rows }, at) => {
    ring.scratch(() => {
      const c1 = ring.allocate(replyLimbs);
      const c0 = decodeReply(ring, plan, binding, replies[at]!, c1, inputs * rows);
      multiplyBySecret(ring, key, c1, replyLimbs);
      const products = c0.map((_, k) => ring.kernels.words(ring.limb(c1, k), ring.degree));
      for (let b = 0, i = 0; b < inputs; b++) {
        for (let r = 0; r < rows; r++, i++) {
          const position = outputPosition(shape, b, r);
          const residues = c0.map((half, k) => (half[i]! + products[k]![position]!) % ring.limbs[k]!.p);
          const phase = combine(residues);
          y[(firstInput + b) * layer.rows + firstRow + r] =
            scheme.decode(ring, encoding, phase, modulus) * unit;
        }
      }
    });
  });
  return y;
}

/** The centred integer with these residues (Chinese remainder theorem). */
function residueCombiner(ring: Ring, limbs: number): (residues: readonly number[]) => number | bigint {
  const first = ring.limbs[0]!.p;
  if (limbs === 1) return ([x]) => (x! > first / 2 ? x! - first : x!);
  const modulus = ring.modulus(limbs);
  const terms = ring.limbs.slice(0, limbs).map(({ p }) => {
    const others = modulus / BigInt(p);
    return others * BigInt(inverseMod(Number(others % BigInt(p)), p));
  });
  return (residues) => {
    const x = residues.reduce((sum, residue, k) => sum + BigInt(residue) * terms[k]!, 0n) % modulus;
    return 2n * x > modulus ? x - modulus : x;
  };
}
