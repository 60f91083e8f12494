export { parseConfig } from './config.ts';
export type { CkksBridgeConfig } from './config.ts';
export { startCkksBridge } from './start-ckks-bridge.ts';
export type { RunningCkksBridge } from './start-ckks-bridge.ts';
export { workerPool } from './worker-pool.ts';
export type { WorkerEvaluationOptions } from './worker-pool.ts';
