import { MeshError } from '@sharemesh/wire/errors';
import { checkInference } from '@sharemesh/model/inference';
import { isModelsResponse, isPartyResponse } from '@sharemesh/wire';
import type { ModelInfo, PartyResponse, Scheme } from '@sharemesh/wire';
import type { LinearContext } from '../backend.ts';
import type { Channel } from '../transport/channel.ts';
import { invalidReply } from './failures.ts';
import { recomputeDigest } from './recompute-digest.ts';
import type { ModelChoice } from '../options.ts';

/**
 * The chosen model as a server lists it, taken apart and checked: the digest is recomputed from the parts, so that a
 * party cannot announce one model's digest over another's scales or biases.
 *
 * @throws MeshError UNKNOWN_MODEL, AMBIGUOUS_MODEL, DIGEST_MISMATCH, INVALID_REPLY
 */
export async function findModel(
  channel: Channel,
  scheme: Scheme,
  choice: ModelChoice,
  context: LinearContext,
): Promise<ModelInfo> {
  const { party } = channel;
  const listing = await channel.getJson('models', context);
  if (!isModelsResponse(listing)) throw invalidReply(party, 'the list of models does not fit the schema');
  const [model, ...others] = listing.models.filter(
    (entry) =>
      entry.model_id === choice.id &&
      entry.scheme === scheme &&
      (choice.version === undefined || entry.version === choice.version),
  );
  const wanted = choice.version === undefined ? choice.id : `${choice.id} ${choice.version}`;
  if (!model)
    throw new MeshError('UNKNOWN_MODEL', `${party} does not serve ${wanted} under ${scheme}`, { party });
  if (others.length > 0) {
    const versions = [model, ...others].map((entry) => entry.version).join(', ');
    throw new MeshError('AMBIGUOUS_MODEL', `${party} serves several versions of ${wanted}: ${versions}`, {
      party,
    });
  }
  try {
    checkInference(model.inference);
  } catch (cause) {
    throw invalidReply(party, 'the parts of the model do not fit together', cause);
  }
  if ((await recomputeDigest(model)) !== model.digest) {
    throw new MeshError('DIGEST_MISMATCH', `${party} announces a digest that is not that of its model`, {
      party,
    });
  }
  if (choice.digest !== undefined && model.digest !== choice.digest) {
    throw new MeshError('DIGEST_MISMATCH', `${party} serves another model than the pinned one`, { party });
  }
  return model;
}

/** Who says to run a server. @throws MeshError INVALID_REPLY */
export async function identifyParty(channel: Channel, context: LinearContext): Promise<PartyResponse> {
  const answer = await channel.getJson('party', context);
  if (!isPartyResponse(answer))
    throw invalidReply(channel.party, 'the answer of /v1/party does not fit the schema');
  return answer;
}
