export { startBridge } from './start-bridge.ts';
export type { BridgeProcess, StartBridgeOptions } from './start-bridge.ts';
export { startParties } from './start-parties.ts';
export type { Parties, StartPartiesOptions } from './start-parties.ts';
