// The kernels over F_p, p = 2^61 − 1. Addresses are aligned to 16 bytes; JavaScript owns the memory above the first page.

export * from './vector';
export { acceptWords } from './turboshake';
export { splitGroups, splitPairs } from './digits';
export { packPair } from './pack';
export { multiplyPanels, joinPlanes } from './multiply';
export { leftAccumulate, leftRecombine } from './left-multiply';
