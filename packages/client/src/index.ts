export type {
  Backend,
  LayerReport,
  LinearContext,
  LinearResult,
  Phase,
  Precision,
  RequestRecord,
} from './backend.ts';
export type { Channel, InferCall, TensorShape } from './channel.ts';
