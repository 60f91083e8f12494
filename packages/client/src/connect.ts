import { MeshError } from '@sharemesh/wire/errors';
import { ENVELOPE_BYTES, MAX_TENSORS, TENSOR_DESCRIPTION_BYTES } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import { loadActivations } from './activate.ts';
import type { Backend, LinearContext } from './backend.ts';
import { Client } from './client.ts';
import { findModel } from './protocol/discover.ts';
import { HttpChannel } from './transport/http-channel.ts';
import { DEFAULT_DEADLINE_MS, DEFAULT_MIN_SIGNIFICANT_BITS, DEFAULT_RETRIES } from './options.ts';
import type { BridgeOptions, CommonOptions, ConnectOptions, ModelChoice } from './options.ts';
import { requireBounded } from './saturation.ts';
import { withTimeout } from './scope.ts';
import { nameOf, parseServerUrl } from './transport/server-url.ts';
import { openShares } from './shares/open-shares.ts';
import type { Transport } from './transport/transport.ts';
import { validateOptions } from './validate-options.ts';

/** Connect over a given transport; it belongs to the client from here on, and is closed with it. */
export async function connectWith(transport: Transport, options: ConnectOptions): Promise<Client> {
  try {
    await validateOptions(options);
    const { deadlineMs = DEFAULT_DEADLINE_MS, signal, onProgress } = options;
    const backend = await withTimeout(deadlineMs, signal, async (scope) => {
      scope.signal.throwIfAborted();
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
  if ('bridge' in options) return openCiphertexts(transport, options, context);
  const channels = options.parties.map((url) => openChannel(transport, url, options));
  return openShares(channels, { transport, options, model: modelOf(options), context });
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

function openChannel(transport: Transport, url: string, options: CommonOptions): HttpChannel {
  const base = parseServerUrl(url, options.allowInsecure ?? false);
  const token = typeof options.token === 'function' ? options.token(nameOf(base)) : options.token;
  return new HttpChannel({ transport, base, retries: options.retries ?? DEFAULT_RETRIES, token });
}

const modelOf = ({ model }: CommonOptions): ModelChoice =>
  typeof model === 'string' ? { id: model } : model;

/** Can messages of so many tensors, of so many bytes in all, be exchanged with a server? */
const fitsInto =
  ({ max_body_bytes }: ModelInfo['constraints']) =>
  (tensors: number, byteLength: number): boolean =>
    tensors <= MAX_TENSORS &&
    byteLength + tensors * TENSOR_DESCRIPTION_BYTES + ENVELOPE_BYTES <= max_body_bytes;
