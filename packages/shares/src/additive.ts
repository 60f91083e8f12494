import type { FieldVector, VectorKernels } from '@sharemesh/kernels/field/vector';
import { MeshError } from '@sharemesh/wire/errors';
import { systemRandom } from './random.ts';
import type { RandomSource } from './random.ts';
import { drawMasksFrom, requireEqualLengths, requireSharing } from './share.ts';
import type { Share, SharingOptions } from './share.ts';

/**
 * Split `secret` into n shares that add up to it. Parties 1 … n−1 get masks, seeds by default, and party n the
 * correction vector. Any n − 1 shares are independent of the secret: a one-time pad over F_p when `seeded` is false,
 * and as close to one as TurboSHAKE128 is to a random function otherwise.
 *
 * @param secret batchSize·columns canonical elements
 * @throws MeshError INVALID_INPUT
 */
export function shareAdditive(kernels: VectorKernels, secret: FieldVector, options: SharingOptions): Share[] {
  return shareAdditiveFrom(systemRandom, kernels, secret, options);
}

export function shareAdditiveFrom(
  random: RandomSource,
  kernels: VectorKernels,
  secret: FieldVector,
  options: SharingOptions,
): Share[] {
  requireSharing(secret, options);
  const masks = drawMasksFrom(random, kernels, options.parties - 1, options, 'additive');
  const vector = correctionVector(
    kernels,
    secret,
    masks.map((mask) => mask.vector),
  );
  return [...masks, { kind: 'vector', partyId: options.parties, vector }];
}

/** The last party's share: secret − Σ masks. All that remains to be computed when the masks were drawn ahead of time. */
export function correctionVector(
  kernels: VectorKernels,
  secret: FieldVector,
  masks: readonly FieldVector[],
): FieldVector {
  if (masks.length === 0) throw new MeshError('INVALID_INPUT', 'without a mask the share is the secret');
  requireEqualLengths([secret, ...masks]);
  return masks.reduce((rest, mask) => kernels.subtract(rest, mask), secret);
}

/**
 * Σ replies mod p: W·x from every party's W·x_i. Needs the replies of all n parties, each canonical; which party
 * gave which does not matter.
 *
 * @throws MeshError INVALID_INPUT for fewer than two replies or replies of different lengths
 */
export function reconstructAdditive(kernels: VectorKernels, replies: readonly FieldVector[]): FieldVector {
  if (replies.length < 2) throw new MeshError('INVALID_INPUT', 'additive sharing has at least two replies');
  requireEqualLengths(replies);
  return replies.reduce((sum, reply) => kernels.add(sum, reply));
}
