import { MeshError } from '@sharemesh/client';
import type { Backend, Client, ConnectOptions, Transport } from '@sharemesh/client';
import { loadActivations } from '../../../packages/client/src/activate.ts';
import { Client as MeshClient } from '../../../packages/client/src/client.ts';
import { openBackend } from '../../../packages/client/src/connect.ts';

/**
 * A client with the fault of 0.1.0: what a layer gives decides whether the next one is sent. The control of all tests that
 * say that requests do not depend on values: they must notice it.
 *
 * @param stops says from a layer's outputs, without the bias, whether the inference ends there
 */
export async function connectStopping(
  transport: Transport,
  options: ConnectOptions,
  stops: (y: Float64Array) => boolean,
): Promise<Client> {
  const signal = new AbortController().signal;
  const backend = await openBackend(transport, options, { signal, deadline: Infinity, requestLog: [] });
  const stopping: Backend = {
    name: backend.name,
    model: backend.model,
    maxBatch: backend.maxBatch,
    significantBits: backend.significantBits,
    async linear(layer, x, batch, context) {
      const result = await backend.linear(layer, x, batch, context);
      if (stops(result.y)) throw new MeshError('OUTPUT_OUT_OF_RANGE', 'stopped early');
      return result;
    },
    ...(backend.prepare && { prepare: backend.prepare.bind(backend) }),
    close: () => backend.close(),
  };
  return new MeshClient({
    backend: stopping,
    deadlineMs: 30_000,
    onProgress: options.onProgress,
    activate: await loadActivations(backend.model),
    closeTransport: () => transport.close(),
  });
}
