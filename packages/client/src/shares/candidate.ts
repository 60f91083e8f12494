import { MeshError } from '@sharemesh/wire/errors';
import { ENVELOPE_BYTES } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import type { LinearContext } from '../backend.ts';
import type { ModelChoice, PartiesOptions } from '../options.ts';
import { findModel, identifyParty } from '../protocol/discover.ts';
import type { PartySigns } from '../protocol/party-signs.ts';
import type { HttpChannel } from '../transport/http-channel.ts';
import type { Transport } from '../transport/transport.ts';

/** A party that has said who it is and what it serves, and can do what the options ask for. */
export interface Candidate {
  /** Its place in `parties`, counted from 1: the point of its share, whoever else takes part. */
  readonly partyId: number;
  readonly channel: HttpChannel;
  /** Checked against its digest. */
  readonly model: ModelInfo;
  /** The most rows it takes in one request, for the widest layer. */
  readonly maxBatch: number;
  readonly signs: PartySigns;
}

/** What a party is asked with. */
export interface Introduction {
  readonly transport: Transport;
  readonly options: PartiesOptions;
  readonly model: ModelChoice;
  readonly context: LinearContext;
}

/**
 * Ask a party for its model and its name, and check all that concerns it alone.
 * @throws MeshError naming the party: what the channel throws, UNKNOWN_MODEL, DIGEST_MISMATCH, UNSUPPORTED, …
 */
export async function meetParty(
  channel: HttpChannel,
  partyId: number,
  { transport, options, model: choice, context }: Introduction,
): Promise<Candidate> {
  const [model, answer] = await Promise.all([
    findModel(channel, 'shares', choice, context),
    identifyParty(channel, context),
  ]);
  const { party, base: url } = channel;
  requireSharing(party, model, options);
  if (options.requireReceipts) {
    const { receiptCheck } = await import('../protocol/require-receipts.ts');
    channel.replyCheck = receiptCheck(party, answer.public_key, model.digest);
  }
  return {
    partyId,
    channel,
    model,
    maxBatch: maxBatchOf(party, model),
    signs: { party, url, answer, connection: transport.identify?.(url.origin) },
  };
}

/** Does the party support what the options ask for? @throws MeshError UNSUPPORTED */
function requireSharing(
  party: string,
  { sharing_parameters: supported }: ModelInfo,
  { parties, sharing, verification, seeded = true, packed = false }: PartiesOptions,
): void {
  const fits =
    supported !== undefined &&
    supported.schemes.includes(sharing?.scheme ?? 'additive') &&
    supported.encodings.includes(packed ? 'field61-packed' : 'field61') &&
    (!(seeded || verification === 'cross') || supported.encodings.includes('seed')) &&
    supported.max_parties >= parties.length;
  if (fits) return;
  throw new MeshError('UNSUPPORTED', `${party} does not support this sharing of ${parties.length}`, {
    party,
  });
}

/** @throws MeshError UNSUPPORTED */
function maxBatchOf(party: string, { inference, constraints }: ModelInfo): number {
  const widest = Math.max(...inference.layers.map((layer) => layer.input_size));
  const most = Math.floor((constraints.max_body_bytes - ENVELOPE_BYTES) / (8 * widest));
  if (most >= 1) return Math.min(constraints.max_batch_size, most);
  throw new MeshError('UNSUPPORTED', `${party} takes no body as large as one row of this model`, { party });
}
