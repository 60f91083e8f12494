export { parseConfig } from './config.ts';
export type { ShareServerConfig } from './config.ts';
export { startShareServer } from './start-share-server.ts';
export type { RunningShareServer } from './start-share-server.ts';
export { workerMultiplier } from './compute/worker-multiplier.ts';
export type { WorkerMultiplierOptions } from './compute/worker-multiplier.ts';
