import { loadFieldKernels } from '@sharemesh/kernels/field';
import fc from 'fast-check';
import { P } from '../src/index.ts';
import type { FieldVector, SharingBinding } from '../src/index.ts';

export const kernels = await loadFieldKernels();

/** The residue of `a` in [0, p), written apart from the package's own. */
export const residue = (a: bigint) => ((a % P) + P) % P;

/** Where carries, borrows and reductions go wrong. */
const EDGES = [
  0n,
  1n,
  2n,
  P - 1n,
  P - 2n,
  P >> 1n,
  (P >> 1n) + 1n,
  ...[31n, 32n, 33n, 53n, 59n, 60n].flatMap((bits) => [(1n << bits) - 1n, 1n << bits]),
];

export const element = fc.oneof(fc.bigInt({ min: 0n, max: P - 1n }), fc.constantFrom(...EDGES));

export const vectorOf = (minLength: number, maxLength = minLength): fc.Arbitrary<FieldVector> =>
  fc.array(element, { minLength, maxLength }).map((elements) => BigUint64Array.from(elements));

export const bindingFor = (columns: number, batchSize = 1): SharingBinding => ({
  modelDigest: `sha256:${'0123456789abcdef'.repeat(4)}`,
  layer: 0,
  requestIds: Array.from({ length: 16 }, (_, i) => `request-of-party-${i + 1}`),
  batchSize,
  columns,
});

/** An integer matrix with its kernels' form: one int16 plane, row-major. */
export interface TestLayer {
  readonly rows: number;
  readonly columns: number;
  readonly planes: readonly Int16Array[];
}

export const layerOf = (rows: number, columns: number, random: () => number): TestLayer => ({
  rows,
  columns,
  planes: [Int16Array.from({ length: rows * columns }, () => Math.floor(random() * 65_535) - 32_767)],
});

/** W·x mod p in BigInt for each row of x. */
export function multiplyByHand(layer: TestLayer, x: FieldVector): FieldVector {
  const { rows, columns, planes } = layer;
  return BigUint64Array.from({ length: (x.length / columns) * rows }, (_, at) => {
    const row = at % rows;
    const input = (at - row) / rows;
    let sum = 0n;
    for (let j = 0; j < columns; j++) {
      sum += BigInt(planes[0]![row * columns + j]!) * x[input * columns + j]!;
    }
    return residue(sum);
  });
}

/** A small, fast generator for test data that is the same every time (xorshift32, Marsaglia 2003): in [0, 1). */
export function reproducible(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A double as numerator/2^exponent, exactly. */
export function exactly(x: number): { numerator: bigint; exponent: bigint } {
  let exponent = 0n;
  let scaled = x;
  // Doubling a double is exact until it overflows; an integer it is at the latest after 1074 of them.
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent++;
  }
  return { numerator: BigInt(scaled), exponent };
}

/** round-half-even(x·2^fractionBits) as an integer, without floating-point arithmetic. */
export function encodeByHand(x: number, fractionBits: number): bigint {
  const { numerator, exponent } = exactly(x);
  const shift = BigInt(fractionBits) - exponent;
  if (shift >= 0n) return numerator << shift;
  const unit = 1n << -shift;
  const floor = numerator >> -shift;
  const twice = 2n * (numerator - floor * unit);
  const up = twice > unit || (twice === unit && (floor & 1n) === 1n);
  return up ? floor + 1n : floor;
}

/** Runs `action` and gives the code of the MeshError it throws. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return undefined;
}
