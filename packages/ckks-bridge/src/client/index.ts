export { createCkksClient } from './ckks-client.ts';
export type { CkksClient, CkksClientOptions, ClientLayer, EncryptedBatch } from './ckks-client.ts';
export type { LayerInfo, LayerPlan } from '../linear/layer-plan.ts';
export type { RingParameters, Tier } from '../rlwe/parameters.ts';
export type { SchemeName } from '../schemes/index.ts';
