export { createCkksClient } from './ckks-client.ts';
export type { CkksClient, CkksClientOptions, ClientLayer, EncryptedBatch } from './ckks-client.ts';
export { assertAnnounced } from '../linear/describe-plans.ts';
export type { InputPrecision } from '../linear/encrypt-layer.ts';
export { layerInfo } from '../linear/layer-info.ts';
export type { LayerInfo, LayerPlan } from '../linear/layer-plan.ts';
export type { RingParameters, Tier } from '../rlwe/parameters.ts';
export type { SchemeName } from '../schemes/index.ts';
