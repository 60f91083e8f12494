import type { FieldVector, VectorKernels } from '@sharemesh/kernels/field/vector';
import { MeshError } from '@sharemesh/wire/errors';
import { equalVectors } from './field.ts';
import { evaluate } from './polynomial.ts';
import { randomField } from './random.ts';
import { decodeReedSolomon } from './reed-solomon.ts';
import { interpolate, requireReplies } from './shamir.ts';
import type { PartyReply } from './shamir.ts';

export interface CorrectedReplies {
  /** f(0), from the replies that agree. */
  readonly vector: FieldVector;
  /**
   * The parties whose replies are not on that polynomial, in the order of the replies. They are the wrong ones where no
   * more than ⌊(r − t)/2⌋ are wrong; where more are, and agree with each other, these may be the right ones.
   */
  readonly disagreeing: readonly number[];
}

/**
 * f(0) from r replies of which at most ⌊(r − t)/2⌋ are wrong, without any other check.
 *
 * A reply is one point of length(vector) Reed–Solomon words. Rather than decode each, all vectors are compressed to one
 * scalar by the same secret random linear form ρ: honest scalars lie on ρ·f, of degree below t, and a wrong vector gives
 * a right scalar with probability 1/p only, as the parties fixed their replies before ρ was drawn. One word is decoded,
 * and what it says is checked on the vectors in full.
 *
 * More wrong replies than that are beyond what any decoder can correct: one more, where r − t is odd, is still always
 * detected; from there on they can, if they collude, agree on another answer, and the right replies are then those that
 * disagree. To correct e of them costs as much detection: `reconstructShamir` corrects none and always detects r − t. Use
 * `checkReply` where that is not enough.
 *
 * @throws MeshError NOT_ENOUGH_REPLIES for fewer than t; INCONSISTENT_REPLIES when too many are wrong; INVALID_INPUT
 */
export function correctShamir(
  kernels: VectorKernels,
  replies: readonly PartyReply[],
  threshold: number,
): CorrectedReplies {
  requireReplies(replies, threshold);
  return correctShamirWith(randomField(replies[0]!.vector.length), kernels, replies, threshold);
}

/** As `correctShamir`, under a given linear form ρ. */
export function correctShamirWith(
  form: FieldVector,
  kernels: VectorKernels,
  replies: readonly PartyReply[],
  threshold: number,
): CorrectedReplies {
  const points = replies.map((reply) => BigInt(reply.partyId));
  const scalars = replies.map((reply) => kernels.dot(form, reply.vector));
  const codeword = decodeReedSolomon(points, scalars, threshold);
  if (codeword === undefined) throw inconsistent();

  const agrees = (i: number) => evaluate(codeword, points[i]!) === scalars[i];
  const honest = replies.filter((_, i) => agrees(i));
  const disagreeing = replies.filter((_, i) => !agrees(i)).map((reply) => reply.partyId);

  const base = honest.slice(0, threshold);
  for (const { partyId, vector } of honest.slice(threshold)) {
    if (!equalVectors(interpolate(kernels, base, partyId), vector)) throw inconsistent();
  }
  return { vector: interpolate(kernels, base, 0), disagreeing };
}

const inconsistent = () =>
  new MeshError('INCONSISTENT_REPLIES', 'more replies are wrong than the surplus can correct');
