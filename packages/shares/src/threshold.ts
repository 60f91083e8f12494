// Shamir sharing: an entry of its own, so that a browser that shares additively does not download it.
export { interpolateShares, lagrangeCoefficients, reconstructShamir, shareShamir } from './shamir.ts';
export type { PartyReply, ShamirOptions } from './shamir.ts';
export { correctShamir } from './shamir-correction.ts';
export type { CorrectedReplies } from './shamir-correction.ts';
