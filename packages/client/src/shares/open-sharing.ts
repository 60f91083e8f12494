import { MeshError } from '@sharemesh/wire/errors';
import { reconstructAdditive, shareAdditive } from '@sharemesh/shares/core';
import type { SharingChoice } from '../options.ts';
import type { Admission, Members, Sharing } from './sharing.ts';

/** The scheme the caller chose, for as many parties as there are. Shamir's is loaded when it is first asked for. */
export async function openSharing(choice: SharingChoice, parties: number): Promise<Sharing> {
  if (choice.scheme === 'additive') return additiveSharing(parties);
  const { shamirSharing } = await import('./shamir-sharing.ts');
  return shamirSharing(choice, parties);
}

/** Every party and every reply is needed, and no reply says anything about another. */
const additiveSharing = (parties: number): Sharing => ({
  scheme: 'additive',
  parties,
  threshold: parties,
  admit: admitAll,
  share: (kernels, secret, options) => shareAdditive(kernels, secret, { ...options, parties }),
  gather: async (requests) => ({ replies: await Promise.all(requests), faults: [] }),
  reconstruct(kernels, replies) {
    const vectors = replies.map((reply) => reply.vector);
    return { vector: reconstructAdditive(kernels, vectors) };
  },
});

/** @throws MeshError the first failure to meet one; MODEL_MISMATCH or COLOCATED_PARTIES naming the first that differs, or not */
async function admitAll({ parties, meet, conflict }: Admission): Promise<Members> {
  const list = await Promise.all(parties.map((_, i) => meet(i + 1)));
  const [{ model, channel: first }] = list as [(typeof list)[0]];
  for (const [i, later] of list.entries()) {
    const { party } = later.channel;
    if (later.model.digest !== model.digest) {
      const what = `${party}'s model ${model.model_id} has another digest than ${first.party}'s`;
      throw new MeshError('MODEL_MISMATCH', what, { party });
    }
    for (const earlier of list.slice(0, i)) {
      const problem = conflict(earlier, later);
      if (problem) throw problem;
    }
  }
  return {
    list,
    maxBatch: Math.min(...list.map(({ maxBatch }) => maxBatch)),
    together: (work) => work(list),
  };
}
