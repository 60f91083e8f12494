export { startCkksBridge } from './server/start-ckks-bridge.ts';
export type { StartCkksBridgeOptions } from './server/start-ckks-bridge.ts';
export { workerPool } from './server/worker-pool.ts';
export type { WorkerEvaluationOptions } from './server/worker-pool.ts';
