import { loadVectorKernels } from '@sharemesh/kernels/field/vector';
import type { Backend } from '../backend.ts';
import { DEFAULT_PREPARED_MAX_AGE_MS } from '../options.ts';
import { conflictOf } from '../protocol/independence.ts';
import { randomId } from '../protocol/random-id.ts';
import { withTimeout } from '../scope.ts';
import type { HttpChannel } from '../transport/http-channel.ts';
import { askParty } from './ask-party.ts';
import { meetParty } from './candidate.ts';
import type { Candidate, Introduction } from './candidate.ts';
import { openSharing } from './open-sharing.ts';
import { SharesBackend } from './shares-backend.ts';
import type { Admission } from './sharing.ts';

/** A party that is asked again later has this long for its answers. */
const MEET_AGAIN_MS = 10_000;

/**
 * The backend that shares inputs between parties: as many as the scheme needs serve the same model, support what the
 * options ask for, and show no sign of being one.
 *
 * @param channels party k is channels[k − 1]
 * @throws MeshError; what it says of a party is in the README
 */
export async function openShares(
  channels: readonly HttpChannel[],
  introduction: Introduction,
): Promise<Backend> {
  const { transport, options, context } = introduction;
  const { sharing: choice = { scheme: 'additive' }, verification = 'none', allowColocated } = options;
  const [kernels, sharing] = await Promise.all([loadVectorKernels(), openSharing(choice, channels.length)]);
  const meet: Admission['meet'] = (partyId, again) => {
    const channel = channels[partyId - 1]!;
    if (!again) return meetParty(channel, partyId, introduction);
    const { model_id: id, version, digest } = again.model;
    return withTimeout(MEET_AGAIN_MS, again.signal, (scope) =>
      meetParty(channel, partyId, {
        ...introduction,
        model: { id, version, digest },
        context: { ...scope, requestLog: [] },
      }),
    );
  };
  const members = await sharing.admit({
    parties: channels.map(({ party }) => party),
    meet,
    conflict: (one, other) => (allowColocated ? undefined : conflictOf(one.signs, other.signs)),
  });
  if (!allowColocated) transport.keepApart?.(() => members.list.map(({ signs }) => signs));
  const { model } = members.list[0]!;
  for (const channel of channels) channel.use(model);
  const checks =
    verification === 'none'
      ? undefined
      : await members.together(async (list: readonly Candidate[]) => {
          // loaded on demand: most pages do not verify, and one that does waits for its parties anyway
          const { openChecks } = await import('./verification.ts');
          return openChecks(
            options.checks,
            { kernels, members: list, model, sharing, ask: askParty, newId: randomId },
            context,
          );
        });
  return new SharesBackend({
    kernels,
    channels,
    members,
    model,
    maxBatch: members.maxBatch,
    sharing,
    seeded: options.seeded ?? true,
    packed: options.packed ?? false,
    preparedMaxAgeMs: options.preparedMaxAgeMs ?? DEFAULT_PREPARED_MAX_AGE_MS,
    checks,
  });
}
