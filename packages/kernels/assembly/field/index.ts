// The kernels over F_p, p = 2^61 − 1. Addresses are aligned to 16 bytes; JavaScript owns the memory above `heapBase`.

export const heapBase: usize = __heap_base;

export { add, subtract, combine, dot, isCanonical } from './residue';
export { encodeFixed, decodeFixed } from './fixed-point';
export { turboShake128, expandField, acceptWords } from './turboshake';
export { splitGroups, splitPairs } from './digits';
export { packPair } from './pack';
export { multiplyPanels, joinPlanes } from './multiply';
export { leftAccumulate, leftRecombine } from './left-multiply';
