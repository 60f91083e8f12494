import { MeshError } from '@sharemesh/wire/errors';
import { loadVectorKernels } from '@sharemesh/kernels/field/vector';
import { ENVELOPE_BYTES, MAX_TENSORS, TENSOR_DESCRIPTION_BYTES } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import { loadActivations } from './activate.ts';
import type { Backend, LinearContext } from './backend.ts';
import { Client } from './client.ts';
import { findModel, identifyParty } from './protocol/discover.ts';
import { HttpChannel } from './transport/http-channel.ts';
import { requireIndependent } from './protocol/independence.ts';
import {
  DEFAULT_DEADLINE_MS,
  DEFAULT_MIN_SIGNIFICANT_BITS,
  DEFAULT_PREPARED_MAX_AGE_MS,
  DEFAULT_RETRIES,
} from './options.ts';
import type {
  BridgeOptions,
  CommonOptions,
  ConnectOptions,
  ModelChoice,
  PartiesOptions,
  SharingChoice,
} from './options.ts';
import { requireBounded } from './saturation.ts';
import { withTimeout } from './scope.ts';
import { parseServerUrl } from './transport/server-url.ts';
import type { CrossChecksOptions } from './shares/cross-checks.ts';
import type { ReplyChecks } from './shares/reply-checks.ts';
import { SharesBackend } from './shares/shares-backend.ts';
import { openSharing } from './shares/open-sharing.ts';
import type { Transport } from './transport/transport.ts';
import { validateOptions } from './validate-options.ts';

/** Connect over a given transport; it belongs to the client from here on, and is closed with it. */
export async function connectWith(transport: Transport, options: ConnectOptions): Promise<Client> {
  try {
    validateOptions(options);
    const { deadlineMs = DEFAULT_DEADLINE_MS, signal, onProgress } = options;
    const backend = await withTimeout(deadlineMs, signal, async (scope) => {
      if (scope.signal.aborted) throw scope.signal.reason;
      return openBackend(transport, options, { ...scope, requestLog: [] });
    });
    requirePrecise(backend, options);
    const activate = await loadActivations(backend.model);
    const { fractionBits } = options;
    const closeTransport = () => transport.close();
    return new Client({ backend, deadlineMs, onProgress, activate, fractionBits, closeTransport });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** The backend that the options ask for; the caller keeps the transport. */
export function openBackend(
  transport: Transport,
  options: ConnectOptions,
  context: LinearContext,
): Promise<Backend> {
  return 'bridge' in options
    ? openCiphertexts(transport, options, context)
    : openShares(transport, options, context);
}

async function openCiphertexts(
  transport: Transport,
  options: BridgeOptions,
  context: LinearContext,
): Promise<Backend> {
  const { bridge, scheme = 'ckks', tier = 'circuit-private' } = options;
  const channel = openChannel(transport, bridge, options);
  const model = await findModel(channel, scheme, modelOf(options), context);
  channel.use(model);
  // loaded on demand: a page that only shares does not download the encryption
  const { openBridge } = await import('./ckks/rlwe-backend.ts');
  return openBridge({ channel, model, scheme, tier, fits: fitsInto(model.constraints), context });
}

async function openShares(
  transport: Transport,
  options: PartiesOptions,
  context: LinearContext,
): Promise<Backend> {
  const { parties, sharing: choice = { scheme: 'additive' } } = options;
  const channels = parties.map((url) => openChannel(transport, url, options));
  const [kernels, sharing, models, answers] = await Promise.all([
    loadVectorKernels(),
    openSharing(choice, parties.length),
    Promise.all(channels.map((channel) => findModel(channel, 'shares', modelOf(options), context))),
    Promise.all(channels.map((channel) => identifyParty(channel, context))),
  ]);
  const model = requireSameModel(channels, models);
  requireSharing(channels, models, choice, options);
  if (!options.allowColocated) {
    requireIndependent(
      channels.map(({ base, party }, i) => ({
        url: base,
        answer: answers[i]!,
        connection: transport.identify?.(party),
      })),
    );
  }
  for (const channel of channels) channel.use(model);
  const checks = await verify(options, { kernels, channels, model, sharing }, context);
  return new SharesBackend({
    kernels,
    channels,
    model,
    maxBatch: maxBatchOf(models),
    sharing,
    seeded: options.seeded ?? true,
    packed: options.packed ?? false,
    preparedMaxAgeMs: options.preparedMaxAgeMs ?? DEFAULT_PREPARED_MAX_AGE_MS,
    checks,
  });
}

/**
 * Does every layer keep as many digits of its inputs as the caller needs?
 * @throws MeshError INSUFFICIENT_PRECISION naming the layer; UNSUPPORTED for a model that can leave the range
 */
function requirePrecise(
  { model, significantBits }: Backend,
  { minSignificantBits = DEFAULT_MIN_SIGNIFICANT_BITS }: ConnectOptions,
): void {
  requireBounded(model);
  const layer = significantBits.findIndex((bits) => bits < minSignificantBits);
  if (layer < 0) return;
  throw new MeshError(
    'INSUFFICIENT_PRECISION',
    `layer ${layer} keeps ${significantBits[layer]} significant bits`,
  );
}

/** What replies are checked against. Loaded when it is first asked for. */
async function verify(
  { verification = 'none', checks }: PartiesOptions,
  options: CrossChecksOptions,
  context: LinearContext,
): Promise<ReplyChecks | undefined> {
  if (verification === 'none') return undefined;
  const { openChecks } = await import('./shares/verification.ts');
  return openChecks(checks, options, context);
}

function openChannel(transport: Transport, url: string, options: CommonOptions): HttpChannel {
  const base = parseServerUrl(url, options.allowInsecure ?? false);
  const token = typeof options.token === 'function' ? options.token(base.origin) : options.token;
  return new HttpChannel({ transport, base, retries: options.retries ?? DEFAULT_RETRIES, token });
}

const modelOf = ({ model }: CommonOptions): ModelChoice =>
  typeof model === 'string' ? { id: model } : model;

/** @throws MeshError MODEL_MISMATCH naming the first party that differs */
function requireSameModel(channels: readonly HttpChannel[], models: readonly ModelInfo[]): ModelInfo {
  const [first] = models as [ModelInfo];
  const other = models.findIndex((model) => model.digest !== first.digest);
  if (other > 0) {
    const [a, b] = [channels[0]!.party, channels[other]!.party];
    throw new MeshError('MODEL_MISMATCH', `${b} serves another ${first.model_id} than ${a}`, { party: b });
  }
  return first;
}

/** Does every party support what the options ask for? @throws MeshError UNSUPPORTED */
function requireSharing(
  channels: readonly HttpChannel[],
  models: readonly ModelInfo[],
  { scheme }: SharingChoice,
  { parties, verification, seeded = true, packed = false }: PartiesOptions,
): void {
  for (const [i, { sharing_parameters: supported }] of models.entries()) {
    const fits =
      supported !== undefined &&
      supported.schemes.includes(scheme) &&
      supported.encodings.includes(packed ? 'field61-packed' : 'field61') &&
      (!(seeded || verification === 'cross') || supported.encodings.includes('seed')) &&
      supported.max_parties >= parties.length;
    if (!fits) {
      const { party } = channels[i]!;
      throw new MeshError('UNSUPPORTED', `${party} does not support this sharing of ${parties.length}`, {
        party,
      });
    }
  }
}

/** The most rows that every party takes in one request, for the widest layer. @throws MeshError UNSUPPORTED */
function maxBatchOf(models: readonly ModelInfo[]): number {
  const widest = Math.max(...models[0]!.inference.layers.map((layer) => layer.input_size));
  const limits = models.map(({ constraints: { max_batch_size, max_body_bytes } }) =>
    Math.min(max_batch_size, Math.floor((max_body_bytes - ENVELOPE_BYTES) / (8 * widest))),
  );
  const most = Math.min(...limits);
  if (most < 1) throw new MeshError('UNSUPPORTED', 'a party takes no body as large as one row of this model');
  return most;
}

/** Can messages of so many tensors, of so many bytes in all, be exchanged with a server? */
const fitsInto =
  ({ max_body_bytes }: ModelInfo['constraints']) =>
  (tensors: number, byteLength: number): boolean =>
    tensors <= MAX_TENSORS &&
    byteLength + tensors * TENSOR_DESCRIPTION_BYTES + ENVELOPE_BYTES <= max_body_bytes;
