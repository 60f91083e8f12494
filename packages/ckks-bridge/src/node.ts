export { parseConfig } from './server/config.ts';
export type { CkksBridgeConfig } from './server/config.ts';
export { startCkksBridge } from './server/start-ckks-bridge.ts';
export type { RunningCkksBridge } from './server/start-ckks-bridge.ts';
export { workerPool } from './server/worker-pool.ts';
export type { WorkerEvaluationOptions } from './server/worker-pool.ts';
