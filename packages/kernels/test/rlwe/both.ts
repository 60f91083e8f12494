import { plainRlweKernels, wasmRlweKernels } from '@sharemesh/kernels/rlwe';
import type { RlweKernels } from '@sharemesh/kernels/rlwe';

/** Primes p ≡ 1 (mod 2^13) of the sizes in use, from 20 bits to just below 2^30. */
export const PRIMES = [1_073_692_673, 1_073_643_521, 134_176_769, 1_032_193] as const;

export const [wasm, plain] = [await wasmRlweKernels(), plainRlweKernels()];

/** Run on both implementations, each in memory of its own, and insist that they agree before answering. */
export function onBoth(run: (kernels: RlweKernels) => Iterable<number>): number[] {
  const [first, second] = [wasm, plain].map((kernels) => {
    const mark = kernels.mark();
    const result = Array.from(run(kernels));
    kernels.release(mark);
    return result;
  });
  const at = first!.findIndex((value, i) => value !== second![i]);
  if (at !== -1 || first!.length !== second!.length) throw new Error(`the implementations differ at ${at}`);
  return first!;
}

/** Allocate the words and answer their address. */
export function place(kernels: RlweKernels, values: ArrayLike<number>): number {
  const address = kernels.allocate(values.length);
  kernels.words(address, values.length).set(values);
  return address;
}

/** Deterministic test data, uniform below `bound`: xorshift32. */
export function numbers(length: number, bound: number, seed = 1): number[] {
  let state = seed * 0x9e3779b1 + 1;
  return Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * bound);
  });
}

/** `values` with the extremes 0 and p − 1 put where vectors begin and end. */
export function withExtremes(values: number[], p: number): number[] {
  return values.map((value, i) => (i % 7 === 0 ? p - 1 : i % 11 === 0 ? 0 : value));
}
