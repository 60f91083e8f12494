/**
 * Checks without the model: the parties compute s = rᵀ·W for a client that has no W, and none of them learns r.
 *
 * The client shares r as it shares an input. Party k gets a fresh seed, expands it to r_k and answers the sketch
 * s_k = r_kᵀ·W. Then r = Σ r_k and s = Σ s_k is a check vector for the replies of *every* party (`checkReply`), as long as
 * all sketches were right. One that was not, s = rᵀ·W + δ, must never be used: the client would reject honest replies,
 * and which ones can depend on the input. Of two parties, one that had chosen its δ after it saw its share x_1,
 * orthogonal to x_1 and to a guess u, would see the client go on exactly if δ·x = 0, as it is for x = u. So the check
 * vector is validated first, by a canary that has nothing to do with any input:
 *
 *   1. `shareCheckKey`     seeds to k ≥ 2 parties, one each; collect all sketches (a sketch is bound to its seed: one
 *                          answer, no second try), then `combineSketches`
 *   2. `drawCanary`        z uniform, drawn only now; send it as the share of an ordinary request, to any party. It
 *                          looks like one: shares are uniform too
 *   3. `canaryHolds`       accept the check vector exactly if r·(W·z) = s·z
 *
 * Soundness. Assume that one party that got a seed neither lies nor shows it to the others; all others may collude. To
 * them r is uniform, as that r_k is missing from it. Say the sketches err by δ and the canary's reply by e; the canary
 * holds iff r·e = δ·z. If e ≠ 0, that has probability 1/p over r. If e = 0 and δ ≠ 0, it has probability 1/p over z, since
 * δ was fixed before z was drawn. So a false check vector is accepted with probability at most 1/p ≈ 2^-61, and a true
 * one then catches every later lie with 1 − 1/p. If the canary fails, only z and r were at stake: no input is.
 *
 * What it does not do: parties that *all* serve the same wrong W agree with each other. Only a client that holds the
 * model, or a check vector from someone who does, can notice that.
 */
import type { FieldKernels, FieldVector, VectorKernels } from '@sharemesh/kernels/field';
import { MeshError } from '@sharemesh/wire/errors';
import { randomField } from './random.ts';
import { drawMasks, requireEqualLengths } from './share.ts';
import type { SeedShare, SharingBinding } from './share.ts';
import { expandSeed } from './xof.ts';
import type { ShareBinding } from './xof.ts';
import { checkReply, sketchShare } from './verification.ts';
import type { CheckVector } from './verification.ts';

/** What a sketch seed is bound to: the model, the layer, the request, the party, and the layer's rows. */
export type SketchBinding = Omit<ShareBinding, 'batchSize' | 'columns'> & { readonly rows: number };

/** A party's part of the check: its seed with the expansion r_k, and the sketch it answered. */
export interface SketchReply {
  readonly share: SeedShare;
  /** s_k, `columns` canonical elements. */
  readonly sketch: FieldVector;
}

/** Client, step 1: fresh seeds for parties 1 … n, whose expansions r_k add up to r. */
export function shareCheckKey(
  kernels: VectorKernels,
  parties: number,
  { rows, ...rest }: Omit<SharingBinding, 'batchSize' | 'columns'> & Pick<SketchBinding, 'rows'>,
): SeedShare[] {
  const sharing: SharingBinding = { ...rest, batchSize: 1, columns: rows };
  const shares = drawMasks(kernels, parties, { parties, binding: sharing }, 'sketch');
  // seeds are the default
  return shares as SeedShare[];
}

/** Party: the sketch s_k = r_kᵀ·W of its seed, from the layer's planes. */
export function computeSketch(
  kernels: FieldKernels,
  seed: Uint8Array,
  binding: SketchBinding,
  planes: readonly Int16Array[],
  columns: number,
): FieldVector {
  const { rows, ...rest } = binding;
  const r = expandSeed(kernels, seed, { ...rest, batchSize: 1, columns: rows }, 'sketch');
  return kernels.leftMultiply(r, planes, rows, columns);
}

/**
 * Client: r = Σ r_k, s = Σ s_k. Not to be used before `canaryHolds`.
 *
 * @throws MeshError INVALID_INPUT for fewer than two sketches: a single party would know r
 */
export function combineSketches(kernels: VectorKernels, replies: readonly SketchReply[]): CheckVector {
  if (new Set(replies.map(({ share }) => share.partyId)).size < 2) {
    throw new MeshError('INVALID_INPUT', 'sketches come from at least two parties');
  }
  const keys = replies.map(({ share }) => share.vector);
  const sketches = replies.map(({ sketch }) => sketch);
  requireEqualLengths(keys);
  requireEqualLengths(sketches);
  return {
    r: keys.reduce((sum, key) => kernels.add(sum, key)),
    s: sketches.reduce((sum, sketch) => kernels.add(sum, sketch)),
  };
}

/** Client, step 2: z, to be drawn when all sketches are in and sent as the only share of its request. */
export function drawCanary(columns: number): FieldVector {
  return randomField(columns);
}

/** Client, step 3: is the canary's reply W·z what the check vector says? Both are wrong for all we know if it is not. */
export function canaryHolds(
  kernels: VectorKernels,
  check: CheckVector,
  canary: FieldVector,
  reply: FieldVector,
): boolean {
  return checkReply(kernels, check, sketchShare(kernels, check, canary, 1), reply);
}

/**
 * After a canary failed: the pairs [sketcher, replier] whose answers contradict each other, r_k·(W·z)_j ≠ s_k·z for k ≠ j.
 * At least one of each pair lied, and two honest parties never form one, so a party that conflicts with half or more of
 * n ≥ 3 parties is a liar when most are honest. (A party's sketch is not held against its own reply: it knows its r_k.)
 *
 * @param canaryReplies W·z for the same z, from as many parties as were asked
 */
export function sketchConflicts(
  kernels: VectorKernels,
  sketches: readonly SketchReply[],
  canary: FieldVector,
  canaryReplies: readonly { readonly partyId: number; readonly vector: FieldVector }[],
): [sketcher: number, replier: number][] {
  return sketches.flatMap(({ share, sketch }) =>
    canaryReplies
      .filter(({ partyId }) => partyId !== share.partyId)
      .filter(({ vector }) => !canaryHolds(kernels, { r: share.vector, s: sketch }, canary, vector))
      .map(({ partyId }): [number, number] => [share.partyId, partyId]),
  );
}
