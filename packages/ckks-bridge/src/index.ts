export { BridgeEngine } from './bridge-engine.ts';
export type { BridgeEngineOptions } from './bridge-engine.ts';
export { createCkksBridge } from './create-ckks-bridge.ts';
export type { CkksBridgeOptions } from './create-ckks-bridge.ts';
export { localPool } from './evaluation.ts';
export type { EvaluationPool, EvaluationTask } from './evaluation.ts';
