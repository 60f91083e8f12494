import { Arena } from './arena.ts';
import type { GrowableMemory } from './arena.ts';
import type { Address, RlweKernels } from './kernels.ts';
import { mulMod } from './modular.ts';
import * as transform from './plain-ntt.ts';
import * as sampling from './plain-sampling.ts';

/** The RLWE kernels in plain TypeScript: for machines without WebAssembly SIMD, and as the other side of every test. */
export function plainRlweKernels(): RlweKernels {
  const arena = new Arena(plainMemory(), 0);
  const words = (address: Address, n: number) => arena.words(address, n);
  const each = (r: Address, n: number, f: (i: number) => number) => {
    const out = words(r, n);
    for (let i = 0; i < n; i++) out[i] = f(i);
  };

  return {
    implementation: 'plain',
    allocate: (count) => arena.allocate(count),
    mark: () => arena.mark(),
    release: (mark) => arena.release(mark),
    words,
    bytes: (address, length) => arena.bytes(address, length),

    ntt: (a, tables, n, p) => transform.forward(words(a, n), words(tables, n), p),
    intt: (a, tables, n, p) => transform.inverse(words(a, n), words(tables + 8 * n, n), p),

    add(r, a, b, n, p) {
      const [x, y] = [words(a, n), words(b, n)];
      each(r, n, (i) => (x[i]! + y[i]!) % p);
    },
    subtract(r, a, b, n, p) {
      const [x, y] = [words(a, n), words(b, n)];
      each(r, n, (i) => (x[i]! + p - y[i]!) % p);
    },
    multiply(r, a, b, n, p) {
      const [x, y] = [words(a, n), words(b, n)];
      each(r, n, (i) => mulMod(x[i]!, y[i]!, p));
    },
    multiplyAdd(r, a, b, c, n, p) {
      const [x, y, z] = [words(a, n), words(b, n), words(c, n)];
      each(r, n, (i) => (mulMod(x[i]!, y[i]!, p) + z[i]!) % p);
    },
    multiplySubtract(r, a, b, c, n, p) {
      const [x, y, z] = [words(a, n), words(b, n), words(c, n)];
      each(r, n, (i) => (z[i]! + p - mulMod(x[i]!, y[i]!, p)) % p);
    },
    dotPair(r0, r1, a, b, strideA, w, strideW, terms, n, p) {
      const dot = (r: Address, x: Address) => {
        const out = words(r, n).fill(0);
        for (let k = 0; k < terms; k++) {
          const [left, right] = [words(x + k * strideA, n), words(w + k * strideW, n)];
          for (let i = 0; i < n; i++) out[i] = (out[i]! + mulMod(left[i]!, right[i]!, p)) % p;
        }
      };
      dot(r0, a);
      dot(r1, b);
    },
    combineDigits(r, digits, constants, n, p) {
      const runs = constants.map((_, k) => new Int32Array(words(digits + 4 * n * k, n)));
      each(r, n, (i) => {
        let sum = 0;
        constants.forEach((constant, k) => {
          const digit = runs[k]![i]! % p;
          sum += mulMod(digit < 0 ? digit + p : digit, constant, p);
        });
        return sum % p;
      });
    },
    dropPrime(r, a, b, n, p, q, inverse) {
      const [x, y] = [words(a, n), words(b, n)];
      each(r, n, (i) => {
        const centred = y[i]! > q / 2 ? y[i]! - q : y[i]!;
        const difference = (x[i]! - centred) % p;
        return mulMod(difference < 0 ? difference + p : difference, inverse, p);
      });
    },
    isBelow: (a, n, p) => words(a, n).every((word) => word < p),

    pack(out, a, n, bits) {
      const [bytes, x] = [arena.bytes(out, Math.ceil((n * bits) / 8)).fill(0), words(a, n)];
      for (let i = 0; i < n; i++) {
        for (let bit = 0; bit < bits; bit++) {
          const at = i * bits + bit;
          bytes[at >>> 3]! |= ((x[i]! >>> bit) & 1) << (at & 7);
        }
      }
    },
    unpack(a, packed, n, bits) {
      const bytes = arena.bytes(packed, Math.ceil((n * bits) / 8));
      each(a, n, (i) => {
        let word = 0;
        for (let bit = 0; bit < bits; bit++) {
          const at = i * bits + bit;
          word |= ((bytes[at >>> 3]! >>> (at & 7)) & 1) << bit;
        }
        return word;
      });
    },
    dropBits(r, a, n, drop) {
      const x = words(a, n);
      each(r, n, (i) => (x[i]! + ((1 << drop) >>> 1)) >>> drop);
    },
    restoreBits(r, a, n, drop, p) {
      const x = words(a, n);
      each(r, n, (i) => (x[i]! * 2 ** drop) % p);
    },

    sampleUniform: (r, n, p, message) => sampling.sampleUniform(words(r, n), p, message),
    sampleSigned: (r, n, bits, message) => sampling.sampleSigned(words(r, n), bits, message),
    sampleBinomial: (r, n, message) => sampling.sampleBinomial(words(r, n), message),
    sampleTernary: (r, n, message) => sampling.sampleTernary(words(r, n), message),
    turboShake128: sampling.turboShake128,
  };
}

function plainMemory(): GrowableMemory {
  let buffer = new ArrayBuffer(1 << 20);
  return {
    get buffer() {
      return buffer;
    },
    ensure(byteLength) {
      if (byteLength <= buffer.byteLength) return;
      const larger = new ArrayBuffer(Math.max(byteLength, 2 * buffer.byteLength));
      new Uint8Array(larger).set(new Uint8Array(buffer));
      new Uint8Array(buffer).fill(0);
      buffer = larger;
    },
  };
}
