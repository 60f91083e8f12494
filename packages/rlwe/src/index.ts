export { createCkksClient } from './ckks-client.ts';
export type {
  CkksClient,
  CkksClientOptions,
  ClientLayer,
  EncryptedBatch,
  MessageSize,
} from './ckks-client.ts';
export { seededBytes } from './codec/seeded.ts';
export { createEvaluator, encodeLayers } from './evaluator.ts';
export type { Evaluator, EvaluatorLayer, ExpandedKey, LayerPlanes } from './evaluator.ts';
export { evaluationCost } from './linear/block-shape.ts';
export { assertAnnounced, describePlans } from './linear/describe-plans.ts';
export type { InputPrecision } from './linear/encrypt-layer.ts';
export { groupCount, inputCount } from './linear/groups.ts';
export { layerInfo } from './linear/layer-info.ts';
export { planModel, significantBits } from './linear/layer-plan.ts';
export type { LayerInfo, LayerPlan } from './linear/layer-plan.ts';
export { PARAMETER_SETS } from './ring/parameters.ts';
export type { RingParameters, Tier } from './ring/parameters.ts';
export type { SchemeName } from './schemes/index.ts';
