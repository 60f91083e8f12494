import { plainRlweKernels, writeNttTables } from '@sharemesh/kernels/rlwe';
import type { LayerPlan } from '../../src/linear/layer-plan.ts';
import type { TestLayer } from '../layers.ts';

// What docs/rlwe.md says of requests and replies, written once more: BigInt, and the plain transforms, which the kernels'
// tests hold against schoolbook products.

const kernels = plainRlweKernels();
const tables = new Map<string, number>();

function transform(direction: 'ntt' | 'intt', values: readonly number[], p: number): number[] {
  const n = values.length;
  const name = `${n} ${p}`;
  if (!tables.has(name)) tables.set(name, writeNttTables(kernels, n, p));
  const mark = kernels.mark();
  const a = kernels.allocate(n);
  kernels.words(a, n).set(values.map((value) => modulo(value, p)));
  kernels[direction](a, tables.get(name)!, n, p);
  const result = Array.from(kernels.words(a, n));
  kernels.release(mark);
  return result;
}

/** Coefficients of any sign to the NTT domain. */
export const toNtt = (values: readonly number[], p: number) => transform('ntt', values, p);
export const fromNtt = (values: readonly number[], p: number) => transform('intt', values, p);

export const modulo = (value: number, p: number): number => ((value % p) + p) % p;

/** a + b·c, point by point. */
export const multiplyAdd = (
  a: readonly number[],
  b: readonly number[],
  c: readonly number[],
  p: number,
): number[] => a.map((value, i) => Number((BigInt(value) + BigInt(b[i]!) * BigInt(c[i]!)) % BigInt(p)));

/** Words of `bits` bits, element i at bits [i·bits, (i + 1)·bits), little-endian. */
export function unpackBits(bytes: Uint8Array, bits: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    let word = 0;
    for (let bit = 0; bit < bits; bit++) {
      const at = i * bits + bit;
      word += ((bytes[at >> 3]! >> (at & 7)) & 1) * 2 ** bit;
    }
    return word;
  });
}

export const bitLength = (value: number): number => value.toString(2).length;

/** The residues of a request or key, prime by prime, in the NTT domain. */
export function readSeeded(bytes: Uint8Array, { parameters }: LayerPlan): number[][] {
  const { degree, moduli } = parameters;
  let at = 52;
  return moduli.map((p) => {
    const size = (degree * bitLength(p)) / 8;
    at += size;
    return unpackBits(bytes.subarray(at - size, at), bitLength(p), degree);
  });
}

/** x = Σ_b Σ_j x_(b,j)·X^(b·r·c + j): the integers of column block `column` of the inputs of one group, as coefficients. */
export function packInputs(plan: LayerPlan, rows: readonly Float64Array[], column: number): number[] {
  const { shape, parameters, encoding } = plan;
  const { blockRows, blockColumns } = shape;
  const m = Array.from({ length: parameters.degree }, () => 0);
  rows.forEach((row, b) => {
    row.subarray(column * blockColumns, (column + 1) * blockColumns).forEach((value, j) => {
      m[b * blockRows * blockColumns + j] = Math.round(value * 2 ** encoding.inputBits);
    });
  });
  return m;
}

/** w = Σ_i Σ_j W_ij·X^(i·c + c − 1 − j): a block of the weights, rounded as the plan says, as coefficients. */
export function packWeights(plan: LayerPlan, layer: TestLayer, row: number, column: number): number[] {
  const { shape, parameters, weightShift } = plan;
  const { blockRows: r, blockColumns: c } = shape;
  const w = Array.from({ length: parameters.degree }, () => 0);
  for (let i = 0; i < r && row * r + i < layer.rows; i++) {
    for (let j = 0; j < c && column * c + j < layer.columns; j++) {
      w[i * c + c - 1 - j] = Math.round(layer.weight(row * r + i, column * c + j) / 2 ** weightShift);
    }
  }
  return w;
}

const modBig = (value: bigint, q: bigint) => ((value % q) + q) % q;

function inverse(value: bigint, p: bigint): bigint {
  let [result, square] = [1n, modBig(value, p)];
  for (let e = p - 2n; e > 0n; e >>= 1n, square = (square * square) % p) {
    if (e & 1n) result = (result * square) % p;
  }
  return result;
}

/** The x below the product of the primes that has these residues. */
export function combine(residues: readonly number[], moduli: readonly number[]): bigint {
  const q = moduli.reduce((product, p) => product * BigInt(p), 1n);
  return residues.reduce((sum, residue, k) => {
    const p = BigInt(moduli[k]!);
    const others = q / p;
    return (sum + BigInt(residue) * others * inverse(others, p)) % q;
  }, 0n);
}

/** Divide by the last primes, one after the other, rounding to the nearest each time, until `kept` remain. */
export function switchModulus(x: bigint, moduli: readonly number[], kept: number): bigint {
  let value = x;
  for (let last = moduli.length - 1; last >= kept; last--) {
    const q = BigInt(moduli[last]!);
    const rest = moduli.slice(0, last).reduce((product, p) => product * BigInt(p), 1n);
    value = modBig((value + q / 2n) / q, rest);
  }
  return value;
}
