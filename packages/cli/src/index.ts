export { startParties } from './start-parties.ts';
export type { Parties, StartPartiesOptions } from './start-parties.ts';
