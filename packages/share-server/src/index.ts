export { createShareServer } from './create-share-server.ts';
export type { ShareServerOptions } from './create-share-server.ts';
export { localMultiplier } from './compute/multiplier.ts';
export type { Multiplier } from './compute/multiplier.ts';
export type { MultiplyTask } from './compute/task.ts';
export { SharesEngine } from './shares-engine.ts';
export type { SharesEngineOptions } from './shares-engine.ts';
