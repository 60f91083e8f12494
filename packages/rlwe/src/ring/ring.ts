import { inverseMod, writeNttTables } from '@sharemesh/kernels/rlwe';
import type { Address, RlweKernels } from '@sharemesh/kernels/rlwe';
import { assertSecure, residueBits } from './parameters.ts';
import type { RingParameters } from './parameters.ts';

/** One prime of the modulus, with the constants of its transform. */
export interface Limb {
  readonly p: number;
  readonly bits: number;
  readonly tables: Address;
}

/**
 * R_q = Z_q[X]/(X^n + 1) in residues: an element is one run of n words for each prime ("limb"), one after the other.
 * Elements live in the kernels' memory and are named by their address.
 */
export class Ring {
  readonly kernels: RlweKernels;
  readonly parameters: RingParameters;
  readonly degree: number;
  readonly limbs: readonly Limb[];
  /** inverses[last][k] = limbs[last].p^-1 mod limbs[k].p, for k < last. */
  readonly #inverses: readonly (readonly number[])[];

  /** @throws MeshError PARAMETER_MISMATCH when the parameters give less than 128 bits of security */
  constructor(kernels: RlweKernels, parameters: RingParameters) {
    assertSecure(parameters);
    this.kernels = kernels;
    this.parameters = parameters;
    this.degree = parameters.degree;
    this.limbs = parameters.moduli.map((p) => ({
      p,
      bits: residueBits(p),
      tables: writeNttTables(kernels, parameters.degree, p),
    }));
    this.#inverses = parameters.moduli.map((q, last) =>
      parameters.moduli.slice(0, last).map((p) => inverseMod(q, p)),
    );
  }

  /** A zero element of `limbs` residues. */
  allocate(limbs = this.limbs.length): Address {
    return this.kernels.allocate(limbs * this.degree);
  }

  /** Address of the k-th residue of the element at `a`. */
  limb(a: Address, k: number): Address {
    return a + 4 * k * this.degree;
  }

  /** Run `work`, then wipe and give back what it allocated. */
  scratch<T>(work: () => T): T {
    const mark = this.kernels.mark();
    try {
      return work();
    } finally {
      this.kernels.release(mark);
    }
  }

  /** To the NTT domain, in place. */
  forward(a: Address, limbs = this.limbs.length): void {
    for (let k = 0; k < limbs; k++) {
      const { p, tables } = this.limbs[k]!;
      this.kernels.ntt(this.limb(a, k), tables, this.degree, p);
    }
  }

  /** To coefficients, in place. */
  inverse(a: Address, limbs = this.limbs.length): void {
    for (let k = 0; k < limbs; k++) {
      const { p, tables } = this.limbs[k]!;
      this.kernels.intt(this.limb(a, k), tables, this.degree, p);
    }
  }

  /**
   * r = Σ_j digits_j·constants[j]: an element from signed words, the j-th run of n being the digits of weight
   * constants[j].
   */
  fromDigits(r: Address, digits: Address, constants: readonly bigint[] = [1n]): void {
    this.limbs.forEach(({ p }, k) => {
      const residues = constants.map((constant) => Number(modulo(constant, BigInt(p))));
      this.kernels.combineDigits(this.limb(r, k), digits, residues, this.degree, p);
    });
  }

  /**
   * Modulus switching of `count` coefficients (a multiple of 8) with residues at `stride` bytes: drop the last primes,
   * in place, until `kept` remain. Each step rounds x/p to the nearest integer.
   */
  dropTo(a: Address, kept: number, count = this.degree, stride = 4 * this.degree): void {
    for (let last = this.limbs.length - 1; last >= kept; last--) {
      const q = this.limbs[last]!.p;
      for (let k = 0; k < last; k++) {
        const { p } = this.limbs[k]!;
        const target = a + k * stride;
        this.kernels.dropPrime(target, target, a + last * stride, count, p, q, this.#inverses[last]![k]!);
      }
    }
  }

  /** The modulus of the first `limbs` primes. */
  modulus(limbs = this.limbs.length): bigint {
    return this.limbs.slice(0, limbs).reduce((product, { p }) => product * BigInt(p), 1n);
  }
}

/** x mod m in [0, m). */
export const modulo = (x: bigint, m: bigint): bigint => ((x % m) + m) % m;

/** The representative of x mod m in (−m/2, m/2]. */
export function centre(x: bigint, m: bigint): bigint {
  const r = modulo(x, m);
  return 2n * r > m ? r - m : r;
}
