import { MeshError } from '@sharemesh/wire/errors';
import type { ModelInfo } from '@sharemesh/wire';
import type { Backend, LinearContext } from './backend.ts';
import type { Channel } from './channel.ts';

export interface BridgeBackendOptions {
  /** To the one server; it speaks of `model` already. */
  readonly channel: Channel;
  /** Checked against its digest; has the parameters of `tier`. */
  readonly model: ModelInfo;
  readonly scheme: 'ckks' | 'bfv';
  readonly tier: 'circuit-private' | 'public-model';
  /** For what has to be exchanged before the first inference, such as registering a key. */
  readonly context: LinearContext;
}

/**
 * W·x from one server, on ciphertexts. Loaded when it is first asked for: who only shares does not download it.
 * @throws MeshError UNSUPPORTED
 */
export async function openBridge(options: BridgeBackendOptions): Promise<Backend> {
  const { model, tier, channel } = options;
  const { party } = channel;
  if (!model.encryption_parameters?.some((parameters) => parameters.tier === tier)) {
    throw new MeshError('UNSUPPORTED', `${party} does not serve this model in the ${tier} tier`, { party });
  }
  const { openBackend } = await import('@sharemesh/ckks-bridge/client');
  return openBackend(options);
}
