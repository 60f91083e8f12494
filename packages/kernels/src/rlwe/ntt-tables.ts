import type { Address, RlweKernels } from './kernels.ts';
import { inverseMod, mulMod, powMod, shoup } from './modular.ts';

/**
 * Allocate and fill the constants of the transform of length n modulo p, p ≡ 1 (mod 2n): powers of the smallest primitive
 * 2n-th root of unity ψ in bit-reversed order, those of ψ^-1, each run followed by its Shoup companions. 4n words.
 */
export function writeNttTables(kernels: RlweKernels, n: number, p: number): Address {
  const tables = kernels.allocate(4 * n);
  const words = kernels.words(tables, 4 * n);
  const psi = smallestPrimitiveRoot(n, p);
  fillPowers(words.subarray(0, 2 * n), n, psi, p);
  fillPowers(words.subarray(2 * n), n, inverseMod(psi, p), p);
  return tables;
}

function fillPowers(words: Uint32Array, n: number, root: number, p: number): void {
  const shift = 33 - Math.ceil(Math.log2(2 * n));
  for (let i = 0, power = 1; i < n; i++, power = mulMod(power, root, p)) {
    const at = reverseBits(i) >>> shift;
    words[at] = power;
    words[n + at] = shoup(power, p);
  }
}

/**
 * The smallest ψ with ψ^n ≡ −1 (mod p): a canonical choice, so that two implementations agree on the transform.
 * @throws RangeError when p ≢ 1 (mod 2n)
 */
export function smallestPrimitiveRoot(n: number, p: number): number {
  if ((p - 1) % (2 * n) !== 0) throw new RangeError(`${p} is not 1 modulo ${2 * n}`);
  let root = 0;
  for (let g = 2; root === 0; g++) {
    const candidate = powMod(g, (p - 1) / (2 * n), p);
    if (powMod(candidate, n, p) === p - 1) root = candidate;
  }
  // the primitive roots are the odd powers of any one of them
  const square = mulMod(root, root, p);
  let smallest = root;
  for (let i = 1, power = root; i < n; i++) {
    power = mulMod(power, square, p);
    smallest = Math.min(smallest, power);
  }
  return smallest;
}

/** The 32 bits of a word in reverse. */
export function reverseBits(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}
