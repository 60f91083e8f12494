import type { FieldKernels, FieldVector, VectorKernels } from '@sharemesh/kernels/field';
import { MeshError } from '@sharemesh/wire/errors';
import { equalVectors } from './field.ts';
import { randomField } from './random.ts';
import { requireEqualLengths } from './share.ts';

/**
 * What the client holds to check the replies for one layer: r uniform and unknown to the parties, s = rᵀ·W.
 *
 * A right reply y = W·x satisfies r·y = s·x. A reply W·x + e with e ≠ 0 satisfies it only if r·e = 0, one r in p
 * (Freivalds, "Probabilistic machines can use less running time", 1977): soundness 1/p ≈ 2^-61, for the price of one
 * product of length rows + columns instead of rows·columns.
 *
 * - The check says nothing about the input: r·y − s·x = r·e depends on the error alone, not on x.
 * - It can be used again and again. Each rejection tells a liar that r is not orthogonal to one more e; after q
 *   rejections the next lie passes with probability at most 1/(p − q), and one of q lies with at most q/(p − q). Who has
 *   the weights draws another after a rejection, at no cost; who has not bounds q.
 * - It is a secret of the client: who knows r can make wrong replies that pass.
 */
export interface CheckVector {
  /** One element for each row of W, the layer's outputs. */
  readonly r: FieldVector;
  /** One element for each column of W, the layer's inputs. */
  readonly s: FieldVector;
}

/** Draw r and compute s = rᵀ·W from the layer's planes (see `FieldKernels.leftMultiply`): the client has the model. */
export function drawCheckVector(
  kernels: FieldKernels,
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
): CheckVector {
  const r = randomField(rows);
  return { r, s: kernels.leftMultiply(r, planes, rows, columns) };
}

/**
 * A check vector from those that the model's owner issued for this layer, for a client without the model: a secret random
 * combination, so that it is new for each session, and unknown to other clients that hold the same ones. It rests on the
 * owner's word, and on the parties not having seen the issued vectors: a lie orthogonal to all of them would pass.
 *
 * @param issued at least two, each with r uniform; a lie passes with probability at most 1/p + 1/p²
 * @throws MeshError INVALID_INPUT
 */
export function combineCheckVectors(kernels: VectorKernels, issued: readonly CheckVector[]): CheckVector {
  if (issued.length < 2)
    throw new MeshError('INVALID_INPUT', 'a session needs two or more issued check vectors');
  const r = issued.map((check) => check.r);
  const s = issued.map((check) => check.s);
  requireEqualLengths(r);
  requireEqualLengths(s);
  const coefficients = randomField(issued.length);
  return { r: kernels.combine(coefficients, r), s: kernels.combine(coefficients, s) };
}

/**
 * s·x for each row of a party's share: what r·y must be for each row of its reply. Can be computed while the request is
 * under way.
 *
 * @param share batch × columns, what the party multiplies: the vector of a vector share, the expansion of a seed
 * @returns batch elements
 */
export function sketchShare(
  kernels: VectorKernels,
  check: CheckVector,
  share: FieldVector,
  batch: number,
): FieldVector {
  return rowDots(kernels, check.s, share, batch);
}

/**
 * Does every row of the reply pass? Each row is checked by itself, so a reply with any wrong row passes with probability
 * at most 1/p.
 *
 * @param sketch from `sketchShare`, for the share this party got
 * @param reply batch × rows, canonical
 */
export function checkReply(
  kernels: VectorKernels,
  check: CheckVector,
  sketch: FieldVector,
  reply: FieldVector,
): boolean {
  return equalVectors(rowDots(kernels, check.r, reply, sketch.length), sketch);
}

/** form·row for each of `batch` rows. */
function rowDots(kernels: VectorKernels, form: FieldVector, rows: FieldVector, batch: number): FieldVector {
  const width = form.length;
  if (!Number.isInteger(batch) || batch < 1 || rows.length !== batch * width) {
    throw new MeshError('INVALID_INPUT', `${rows.length} elements are not ${batch} rows of ${width}`);
  }
  return BigUint64Array.from({ length: batch }, (_, b) =>
    kernels.dot(form, rows.subarray(b * width, (b + 1) * width)),
  );
}
