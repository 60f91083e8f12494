import * as fc from 'fast-check';
import { loadFieldKernels, P } from '@sharemesh/kernels/field';
import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import { loadVectorKernels } from '@sharemesh/kernels/field/vector';
import type { VectorKernels } from '@sharemesh/kernels/field/vector';
import { createPlainFieldKernels } from '@sharemesh/kernels/field/plain';

/** Both twins: what one test says holds for each. */
export const implementations: readonly (readonly [name: string, kernels: FieldKernels])[] = [
  ['wasm', await loadFieldKernels({ implementation: 'wasm' })],
  ['plain', createPlainFieldKernels()],
];

/** The twins, and the module that has the kernels on vectors alone. */
export const vectorImplementations: readonly (readonly [name: string, kernels: VectorKernels])[] = [
  ...implementations,
  ['wasm, vectors alone', await loadVectorKernels({ implementation: 'wasm' })],
];

/** Elements at which digits, limbs, carries and signs turn. */
export const edges: readonly bigint[] = [
  ...[15n, 30n, 31n, 45n, 60n].flatMap((bits) => [(1n << bits) - 1n, 1n << bits]),
  0n,
  1n,
  P - 1n,
  P - 2n,
  P >> 1n,
  0x7fff8000n,
  // BALANCE of digits.ts, negated, and the neighbour: all digits zero, and all at their lowest.
  0x1000100020004000n,
  P - 0x1000100020004000n,
  P - 0x1000100020004001n,
];

export const element: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(...edges),
  fc.bigInt({ min: 0n, max: P - 1n }),
);

export const vector = (length: number): fc.Arbitrary<FieldVector> =>
  fc.array(element, { minLength: length, maxLength: length }).map((values) => BigUint64Array.from(values));

export const mod = (value: bigint): bigint => ((value % P) + P) % P;

/** Vectors of pseudorandom elements, a third of them edges; the same for the same seed. */
export function sampleVector(length: number, seed: number): FieldVector {
  const random = generator(seed);
  return BigUint64Array.from({ length }, () =>
    random() < 1 / 3
      ? edges[Math.floor(random() * edges.length)]!
      : (BigInt(Math.floor(random() * 2 ** 31)) << 30n) | BigInt(Math.floor(random() * 2 ** 30)),
  ).map((value) => value % P);
}

/** Mulberry32: 32-bit state, good enough to vary inputs. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** W[i][j] of one plane, or plane0·2^14 + plane1 of two. */
export function weightAt(planes: readonly Int16Array[], index: number): bigint {
  return planes.reduce((weight, plane) => weight * 16384n + BigInt(plane[index]!), 0n);
}

/** X·Wᵀ mod p by definition. */
export function matmulOracle(
  planes: readonly Int16Array[],
  rows: number,
  columns: number,
  x: FieldVector,
  batch: number,
): bigint[] {
  return Array.from({ length: batch * rows }, (_, at) => {
    const [b, i] = [Math.floor(at / rows), at % rows];
    let sum = 0n;
    for (let j = 0; j < columns; j++) sum += weightAt(planes, i * columns + j) * x[b * columns + j]!;
    return mod(sum);
  });
}
