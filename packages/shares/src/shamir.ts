import type { FieldVector, VectorKernels } from '@sharemesh/kernels/field/vector';
import { MeshError } from '@sharemesh/wire/errors';
import { MAX_PARTIES, equalVectors, mod, modInverse } from './field.ts';
import { systemRandom } from './random.ts';
import type { RandomSource } from './random.ts';
import { drawMasksFrom, requireEqualLengths, requireSharing } from './share.ts';
import type { Share, SharingOptions, VectorShare } from './share.ts';

export interface ShamirOptions extends SharingOptions {
  /** t: the fewest shares that reconstruct, 2 … parties. The polynomial's degree is t − 1. */
  readonly threshold: number;
}

/** A party's W·x_i, canonical. */
export interface PartyReply {
  readonly partyId: number;
  readonly vector: FieldVector;
}

/**
 * Split `secret` so that any t of the n shares give it back and fewer than t say nothing (Shamir, "How to share a
 * secret", 1979): share i is f(i) for a polynomial f of degree t − 1 with f(0) = secret, one for each element.
 *
 * f is not drawn by its coefficients but by its values at 1 … t−1. For a given f(0) these values and the t − 1 upper
 * coefficients determine each other, by an invertible linear map, so uniform values are uniform coefficients: the same
 * distribution, the same perfect privacy. And values can be compressed: the first t − 1 shares are seeds, the other
 * n − t + 1 are interpolated and travel as vectors. More cannot be seeds, since t values fix f and with it the secret.
 *
 * @param secret batchSize·columns canonical elements
 * @throws MeshError INVALID_INPUT
 */
export function shareShamir(kernels: VectorKernels, secret: FieldVector, options: ShamirOptions): Share[] {
  return shareShamirFrom(systemRandom, kernels, secret, options);
}

export function shareShamirFrom(
  random: RandomSource,
  kernels: VectorKernels,
  secret: FieldVector,
  options: ShamirOptions,
): Share[] {
  const { parties, threshold } = options;
  requireSharing(secret, options);
  requireThreshold(threshold, parties);
  const masks = drawMasksFrom(random, kernels, threshold - 1, options, 'shamir');
  const vectors = masks.map((mask) => mask.vector);
  return [...masks, ...interpolateShares(kernels, secret, vectors, parties)];
}

/**
 * The shares of parties t … n, given the secret and the masks of parties 1 … t−1. All that remains to be computed when
 * the masks were drawn ahead of time.
 */
export function interpolateShares(
  kernels: VectorKernels,
  secret: FieldVector,
  masks: readonly FieldVector[],
  parties: number,
): VectorShare[] {
  const threshold = masks.length + 1;
  requireThreshold(threshold, parties);
  const values = [secret, ...masks];
  requireEqualLengths(values);
  const points = values.map((_, point) => point);
  return Array.from({ length: parties - masks.length }, (_, i) => {
    const partyId = threshold + i;
    const vector = kernels.combine(lagrangeCoefficients(points, partyId), values);
    return { kind: 'vector', partyId, vector };
  });
}

/**
 * f(0) from the replies of any t parties. Replies beyond the first t must lie on the same polynomial: of r replies, up to
 * r − t wrong ones are always detected, since t right ones are left and fix the polynomial; more, if they collude, can put
 * all r on another. None is corrected, and which is wrong is not told. Replies that were checked one by one (see
 * `checkReply`) need no surplus.
 *
 * @throws MeshError NOT_ENOUGH_REPLIES for fewer than t; INCONSISTENT_REPLIES when one of them is wrong; INVALID_INPUT
 */
export function reconstructShamir(
  kernels: VectorKernels,
  replies: readonly PartyReply[],
  threshold: number,
): FieldVector {
  requireReplies(replies, threshold);
  const base = replies.slice(0, threshold);
  if (
    !replies
      .slice(threshold)
      .every((reply) => equalVectors(interpolate(kernels, base, reply.partyId), reply.vector))
  ) {
    throw new MeshError(
      'INCONSISTENT_REPLIES',
      'the replies do not lie on one polynomial: at least one is wrong, and which cannot be told',
    );
  }
  return interpolate(kernels, base, 0);
}

/** The value at `at` of the polynomial through all of `replies`. */
export function interpolate(kernels: VectorKernels, replies: readonly PartyReply[], at: number): FieldVector {
  const coefficients = lagrangeCoefficients(
    replies.map((reply) => reply.partyId),
    at,
  );
  return kernels.combine(
    coefficients,
    replies.map((reply) => reply.vector),
  );
}

/**
 * λ_k with f(at) = Σ λ_k·f(points[k]) for every polynomial f of degree below points.length.
 *
 * @param points distinct integers from 0 to 16
 */
export function lagrangeCoefficients(points: readonly number[], at: number): FieldVector {
  return BigUint64Array.from(points, (point) => {
    let numerator = 1n;
    let denominator = 1n;
    for (const other of points) {
      if (other === point) continue;
      numerator *= BigInt(at - other);
      denominator *= BigInt(point - other);
    }
    return mod(numerator * modInverse(denominator));
  });
}

/** @throws MeshError NOT_ENOUGH_REPLIES or INVALID_INPUT */
export function requireReplies(replies: readonly PartyReply[], threshold: number): void {
  requireThreshold(threshold, MAX_PARTIES);
  const known = new Set(replies.map((reply) => reply.partyId));
  if (known.size !== replies.length) throw new MeshError('INVALID_INPUT', 'a party replied twice');
  if (![...known].every((partyId) => Number.isInteger(partyId) && partyId >= 1 && partyId <= MAX_PARTIES)) {
    throw new MeshError('INVALID_INPUT', `a party id is an integer from 1 to ${MAX_PARTIES}`);
  }
  if (replies.length < threshold) {
    throw new MeshError('NOT_ENOUGH_REPLIES', `${replies.length} replies, but the threshold is ${threshold}`);
  }
  requireEqualLengths(replies.map((reply) => reply.vector));
}

function requireThreshold(threshold: number, parties: number): void {
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > parties || parties > MAX_PARTIES) {
    throw new MeshError('INVALID_INPUT', `the threshold is an integer from 2 to the ${parties} parties`);
  }
}
