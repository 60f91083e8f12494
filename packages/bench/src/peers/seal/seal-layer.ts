import type { FloatLayer } from '@sharemesh/model';
import type { Seal } from './load-seal.ts';
import type { SealBytes } from './session.ts';

/** W·x under encryption, one way to do it with SEAL. Each step leaves its result for the next. */
export interface SealLayer {
  encrypt(x: Float64Array): void;
  evaluate(): void;
  /** @returns W·x */
  decrypt(): Float64Array;
  bytes(): SealBytes;
}

/** Encode the weights and make the keys. */
export type SealWay = (seal: Seal, layer: FloatLayer) => SealLayer;

/** The least power of two that is not below. */
export const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/** Powers of two from `first` to below `end`. */
export function doublings(first: number, end: number): number[] {
  const steps: number[] = [];
  for (let step = first; step < end; step *= 2) steps.push(step);
  return steps;
}

/** `values`, with zeros up to `period`, again and again. */
export const repeated = (values: ArrayLike<number>, period: number, slots: number): Float64Array =>
  Float64Array.from({ length: slots }, (_, slot) => values[slot % period] ?? 0);
