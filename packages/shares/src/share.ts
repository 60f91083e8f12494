import type { FieldVector, VectorKernels } from '@sharemesh/kernels/field/vector';
import { MeshError } from '@sharemesh/wire/errors';
import { MAX_PARTIES } from './field.ts';
import { randomFieldFrom, randomSeedFrom, systemRandom } from './random.ts';
import type { RandomSource } from './random.ts';
import { expandSeed } from './xof.ts';
import type { SeedPurpose, ShareBinding } from './xof.ts';

/** A share whose vector is the expansion of a seed: only the 32 bytes travel. */
export interface SeedShare {
  readonly kind: 'seed';
  /** 1 … parties. */
  readonly partyId: number;
  readonly seed: Uint8Array;
  /** What the party expands the seed to, and multiplies by: kept to check its reply, never sent. */
  readonly vector: FieldVector;
}

/** A share that travels as the vector itself. */
export interface VectorShare {
  readonly kind: 'vector';
  /** 1 … parties. */
  readonly partyId: number;
  readonly vector: FieldVector;
}

/** What one party gets. Alone (under Shamir: with fewer than `threshold` of them) it says nothing about the secret. */
export type Share = SeedShare | VectorShare;

/**
 * What a sharing is bound to. Each party has a request id of its own, drawn apart: a party that learns the ids of others
 * could take them there, or tell which requests belong together.
 */
export interface SharingBinding extends Omit<ShareBinding, 'parties' | 'partyId' | 'requestId'> {
  /** The id of party k's request is requestIds[k − 1]; no two are alike. */
  readonly requestIds: readonly string[];
}

/** The part of a sharing's binding that party `partyId` sees. */
export function bindingOf(
  { requestIds, ...common }: SharingBinding,
  parties: number,
  partyId: number,
): ShareBinding {
  return { ...common, requestId: requestIds[partyId - 1] ?? '', parties, partyId };
}

export interface SharingOptions {
  /** n: 2 … 16. */
  readonly parties: number;
  /**
   * `true`, the default: as many shares as the scheme allows are seeds, and privacy rests on TurboSHAKE128.
   * `false`: every share is a vector, and privacy holds against unlimited computation.
   */
  readonly seeded?: boolean;
  /** What the sharing is for. The secret has batchSize·columns elements. */
  readonly binding: SharingBinding;
}

/**
 * Shares of parties 1 … count that do not depend on the secret: uniform vectors, or fresh seeds and their expansion.
 * Under additive sharing there are n − 1 of them, under Shamir threshold − 1; the remaining shares follow from them and
 * the secret. They can be drawn, and their replies fetched, before the input is known; use them for one input only.
 */
export function drawMasks(
  kernels: VectorKernels,
  count: number,
  options: SharingOptions,
  purpose: SeedPurpose,
): Share[] {
  return drawMasksFrom(systemRandom, kernels, count, options, purpose);
}

export function drawMasksFrom(
  random: RandomSource,
  kernels: VectorKernels,
  count: number,
  options: SharingOptions,
  purpose: SeedPurpose,
): Share[] {
  const { parties, seeded = true, binding } = options;
  requireRequestIds(binding, parties);
  return Array.from({ length: count }, (_, i): Share => {
    const partyId = i + 1;
    if (!seeded) {
      return {
        kind: 'vector',
        partyId,
        vector: randomFieldFrom(random, binding.batchSize * binding.columns),
      };
    }
    const seed = randomSeedFrom(random);
    const vector = expandSeed(kernels, seed, bindingOf(binding, parties, partyId), purpose);
    return { kind: 'seed', partyId, seed, vector };
  });
}

/** @throws MeshError INVALID_INPUT where two parties have an id in common, or one has none */
function requireRequestIds({ requestIds }: SharingBinding, parties: number): void {
  if (new Set(requestIds.slice(0, parties)).size !== parties) {
    throw new MeshError('INVALID_INPUT', 'each party has a request id of its own');
  }
}

/** @throws MeshError INVALID_INPUT when the options and the secret's length do not fit together */
export function requireSharing(secret: FieldVector, options: SharingOptions): void {
  const { parties, binding } = options;
  if (!Number.isInteger(parties) || parties < 2 || parties > MAX_PARTIES) {
    throw new MeshError('INVALID_INPUT', `an input is shared between 2 and ${MAX_PARTIES} parties`);
  }
  if (secret.length !== binding.batchSize * binding.columns) {
    throw new MeshError(
      'INVALID_INPUT',
      `the secret has ${secret.length} elements, the binding ${binding.batchSize} x ${binding.columns}`,
    );
  }
}

/** @throws MeshError INVALID_INPUT */
export function requireEqualLengths(vectors: readonly FieldVector[]): void {
  const length = vectors[0]?.length;
  if (vectors.some((vector) => vector.length !== length)) {
    throw new MeshError('INVALID_INPUT', 'the vectors have different lengths');
  }
}
