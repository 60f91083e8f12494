import { bytesToHex } from '@noble/hashes/utils.js';
import { MeshError } from '@sharemesh/wire/errors';
import type { ModelInfo } from '@sharemesh/wire';
import { assertAnnounced, createCkksClient, layerInfo, significantBits } from '@sharemesh/rlwe';
import type { CkksClient, EncryptedBatch } from '@sharemesh/rlwe';
import type { Backend, LinearContext, LinearResult, Phase } from '../backend.ts';
import type { Channel } from '../transport/channel.ts';
import { SessionKeys } from './session-keys.ts';

export interface BridgeBackendOptions {
  /** To the one server; it speaks of `model` already. */
  readonly channel: Channel;
  /** Checked against its digest. */
  readonly model: ModelInfo;
  readonly scheme: 'ckks' | 'bfv';
  readonly tier: 'circuit-private' | 'public-model';
  /** Can messages of so many tensors, of so many bytes in all, be exchanged with the server? */
  readonly fits: (tensors: number, byteLength: number) => boolean;
  /** For what has to be exchanged before the first inference, such as registering a key. */
  readonly context: LinearContext;
}

/**
 * The backend of one server, for `connect({ bridge })`: fresh keys, of which only the public one leaves.
 *
 * What is decrypted stays here: no error, retry or request depends on it.
 *
 * @throws MeshError UNSUPPORTED when the server does not offer the tier; PARAMETER_MISMATCH when it announces other
 * parameters than the model asks for; what the channel throws when the key cannot be registered
 */
export async function openBridge(options: BridgeBackendOptions): Promise<Backend> {
  const { channel, model, scheme, tier, context } = options;
  const { party } = channel;
  if (!model.encryption_parameters?.some((parameters) => parameters.tier === tier)) {
    throw new MeshError('UNSUPPORTED', `${party} does not serve this model in the ${tier} tier`, { party });
  }
  const layers = model.inference.layers.map((layer) => ({
    ...layerInfo(layer),
    rowScales: Float64Array.from(layer.row_scales),
  }));
  const client = await createCkksClient({ layers, scheme, tier });
  const register = (keyId: string, publicKey: Uint8Array, within: LinearContext) =>
    channel.putBytes(`keys/${keyId}`, publicKey, within);
  const keys = new SessionKeys(client, { layers, scheme, tier }, register);
  try {
    assertAnnounced(client.plans, model.encryption_parameters);
    const backend = new RlweBackend(keys, client, options);
    await keys.open(context);
    return backend;
  } catch (error) {
    keys.close();
    throw error;
  }
}

class RlweBackend implements Backend {
  readonly name: 'ckks' | 'bfv';
  readonly model: ModelInfo;
  readonly maxBatch: number;
  readonly significantBits: readonly number[];
  readonly #keys: SessionKeys;
  readonly #options: BridgeBackendOptions;

  /** @param client any of the keys: what is public is the same for all */
  constructor(keys: SessionKeys, client: CkksClient, options: BridgeBackendOptions) {
    this.name = options.scheme;
    this.model = options.model;
    this.significantBits = client.plans.map(significantBits);
    this.maxBatch = maxBatchOf(client, options);
    this.#keys = keys;
    this.#options = options;
  }

  linear(layer: number, x: Float64Array, batch: number, context: LinearContext): Promise<LinearResult> {
    const phases: Partial<Record<Phase, number>> = {};
    const timed = async <T>(phase: Phase, work: () => T | Promise<T>): Promise<T> => {
      context.onPhase?.(phase);
      const started = performance.now();
      const result = await work();
      phases[phase] = (phases[phase] ?? 0) + performance.now() - started;
      return result;
    };
    return this.#keys.use(context, async (client, keyId) => {
      const sent = await timed('encrypt', () => client.encryptLayer(layer, x));
      const replies = await timed('send', () => this.#send(layer, sent, keyId, context));
      const y = await timed('decrypt', () => this.#decrypt(client, layer, sent, replies));
      this.#clearZeroRows(layer, y);
      const { bound, limit } = sent.precision;
      const precision = { significantBits: this.significantBits[layer]!, bound, limit };
      return { y, report: { layer, batch, phases, precision, faults: [], prepared: false } };
    });
  }

  /** Where a row's weights are all zero, the output is: what was decrypted is the noise of the scheme. */
  #clearZeroRows(layer: number, y: Float64Array): void {
    const rows = this.model.inference.layers[layer]!.output_size;
    for (const row of this.model.zero_rows?.[layer] ?? []) {
      if (row >= rows) continue;
      for (let i = row; i < y.length; i += rows) y[i] = 0;
    }
  }

  close(): void {
    this.#keys.close();
  }

  async #send(
    layer: number,
    { payloads, batch, replyBytes }: EncryptedBatch,
    keyId: string | undefined,
    context: LinearContext,
  ): Promise<Uint8Array[]> {
    const { channel, scheme, tier } = this.#options;
    const replies = await channel.infer(
      {
        requestId: bytesToHex(crypto.getRandomValues(new Uint8Array(16))),
        layer,
        batch,
        inputs: payloads.map((data) => ({ encoding: 'rlwe', data })),
        scheme: { encryption: { scheme, tier, ...(keyId !== undefined && { key_id: keyId }) } },
        expect: replyBytes.map((byteLength) => ({ encoding: 'rlwe', byteLength })),
      },
      context,
    );
    return replies.map(({ data }) => data);
  }

  #decrypt(
    client: CkksClient,
    layer: number,
    sent: EncryptedBatch,
    replies: readonly Uint8Array[],
  ): Float64Array {
    const { party } = this.#options.channel;
    try {
      return client.decryptLayer(layer, sent, replies);
    } catch (error) {
      if (!MeshError.is(error) || error.code === 'CLOSED') throw error;
      throw new MeshError('INVALID_REPLY', `${party} sent a reply that is no ciphertext of this layer`, {
        party,
        cause: error,
      });
    }
  }
}

/**
 * The most rows whose ciphertexts fit into one body, for every layer. A larger batch never takes fewer bytes, so it is
 * found by bisection: a server may announce 1,024 layers and batches of 4,096 rows.
 * @throws MeshError UNSUPPORTED
 */
function maxBatchOf(client: CkksClient, { model, fits }: BridgeBackendOptions): number {
  const allowed = (batch: number) =>
    client.plans.every((_, layer) => {
      const { payloads, replies, byteLength } = client.messageSize(layer, batch);
      return fits(Math.max(payloads, replies), byteLength);
    });
  let most = 0;
  for (let tooMany = model.constraints.max_batch_size + 1; tooMany - most > 1;) {
    const batch = Math.floor((most + tooMany) / 2);
    if (allowed(batch)) most = batch;
    else tooMany = batch;
  }
  if (most < 1)
    throw new MeshError('UNSUPPORTED', 'the server takes no body as large as one row of this model');
  return most;
}
