import { connectWith } from './connect.ts';
import type { Client } from './client.ts';
import { fetchTransport } from './transport/fetch-transport.ts';
import type { ConnectOptions } from './options.ts';

/**
 * Connect to the parties, or the bridge, that serve a model; all checks that can be made before an input is sent are
 * made here. Requests travel by `fetch`; in Node, `@sharemesh/client/node` is several times faster.
 *
 * @example
 *   const client = await connect({ parties: ['https://a.example', 'https://b.example'], model: 'digits' });
 *   const { output } = await client.infer(pixels);
 */
export function connect(options: ConnectOptions): Promise<Client> {
  return connectWith(fetchTransport(), options);
}

export { connectWith };
export { fetchTransport };
export { MeshError } from '@sharemesh/wire/errors';
export type { ErrorCode } from '@sharemesh/wire';
export type { Client, InferBatchResult, InferResult, PrepareOptions } from './client.ts';
export type {
  BridgeOptions,
  CheckSource,
  CommonOptions,
  ConnectOptions,
  InferOptions,
  ModelChoice,
  PartiesOptions,
  Progress,
  SharingChoice,
  Verification,
} from './options.ts';
export type { InferenceReport, PartyTraffic } from './report.ts';
export type {
  Backend,
  Fault,
  LayerReport,
  LinearContext,
  LinearResult,
  Phase,
  Precision,
  RequestRecord,
} from './backend.ts';
export type { BridgeBackendOptions } from './ckks/rlwe-backend.ts';
export type { Channel, InferCall, TensorShape } from './transport/channel.ts';
export type {
  PartySigns,
  PeerIdentity,
  Transport,
  TransportRequest,
  TransportResponse,
} from './transport/transport.ts';
