// RLWE kernels: what packages/kernels/src/rlwe/kernels.ts describes, on one linear memory.
export { ntt, intt } from './ntt';
export { add, subtract, multiply, multiplyAdd, multiplySubtract, dotPair, combineDigits, dropPrime, isBelow } from './pointwise';
export { pack, unpack, dropBits, restoreBits } from './packing';
export { sampleUniform, sampleSigned, sampleBinomial, sampleTernary, turboShake128, wipeState } from './sampling';

/** First byte that is free for use. */
export function heapBase(): usize {
  return __heap_base;
}
